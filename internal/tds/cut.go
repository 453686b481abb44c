package tds

// CutAfter cuts the connection after so many bytes of this answer, as
// [Faults.CutAfter] does for answers to come; one that is shorter is sent whole.
func (w *Writer) CutAfter(bytes int64) { w.out.plan.cut = max(bytes, w.out.sent) }
