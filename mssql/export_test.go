package mssql

// QuoteName is quoteName.
func QuoteName(name string, most int) (string, error) { return quoteName(name, most) }
