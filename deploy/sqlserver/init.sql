-- What the clocking machines' system has, as far as Timesheet sees it: a table, a view
-- on it, and a login that may read the view and nothing else. Run by sqlcmd, as often
-- as one likes. READER_PASSWORD is given by -v.
IF DB_ID('Clocking') IS NULL CREATE DATABASE Clocking;
GO
USE Clocking;
GO
IF OBJECT_ID('dbo.Touches') IS NULL
    CREATE TABLE dbo.Touches (
        id          bigint IDENTITY PRIMARY KEY,
        employee_id nvarchar(64)      NULL,
        clocked_at  datetimeoffset(3) NULL
    );
GO
CREATE OR ALTER VIEW dbo.Clockings AS SELECT id, employee_id, clocked_at FROM dbo.Touches;
GO
IF SUSER_ID('timesheet_reader') IS NULL CREATE LOGIN timesheet_reader WITH PASSWORD = N'$(READER_PASSWORD)';
GO
ALTER LOGIN timesheet_reader WITH PASSWORD = N'$(READER_PASSWORD)';
GO
IF USER_ID('timesheet_reader') IS NULL CREATE USER timesheet_reader FOR LOGIN timesheet_reader;
GO
GRANT SELECT ON dbo.Clockings TO timesheet_reader;
GO
