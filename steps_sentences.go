package timesheet

// sentence is what a step can say. Those of a rounding stand by target, then by mode.
type sentence uint8

const (
	saysWorkDay sentence = iota
	saysWorkDayHours
	saysWorkDayStart
	saysWorkDayEnd
	saysDayOff
	saysDayLength
	saysHoliday
	saysLeave
	saysUnlisted
	saysMisfit
	saysOnLeave
	saysNoneHoliday
	saysNoneDayOff
	saysAbsent
	saysNoneYet
	saysExpected

	saysCorrected
	saysCorrectedIn
	saysCorrectedInAlone
	saysCorrectedOut
	saysCorrectedOutAlone
	saysRemark
	saysReview

	saysIn
	saysOut
	saysDoubleTouch
	saysNoOut
	saysOneOnly
	saysAmbiguous
	saysNonexistent
	saysLate
	saysLateGrace
	saysPresumed
	saysOpen
	saysMissingOut
	saysOutAlone
	saysMissingIn

	saysGross
	saysLongSpan
	saysInDown
	saysInNearest
	saysInUp
	saysOutDown
	saysOutNearest
	saysOutUp
	saysTotalDown
	saysTotalNearest
	saysTotalUp
	saysBreakWindow
	saysBreakAfter
	saysBreakPart
	saysBreakInstead
	saysCap
	saysNet
	saysHolidayWorked
	saysEarly
	saysEarlyGrace
	saysBelowAbsent
	saysHalfDay
	saysBeforeStart
	saysOvertime
	saysMinOvertime
	saysNoOvertime

	saysSettled
	saysUnread
	saysProvisional

	saysEnd
)

// said is a sentence: the rule whose it is, the stable name by which pages translate it,
// and its English, with the names of its values in braces.
type said struct{ rule, key, pattern string }

func sentences() [saysEnd]said {
	return [...]said{
		saysWorkDay:           {"work_days", "work_day", "{weekday} {day} is a work day of schedule {schedule}"},
		saysWorkDayHours:      {"work_days", "work_day_hours", "{weekday} {day} is a work day of schedule {schedule}, {start}–{end}"},
		saysWorkDayStart:      {"work_days", "work_day_start", "{weekday} {day} is a work day of schedule {schedule}, from {start}"},
		saysWorkDayEnd:        {"work_days", "work_day_end", "{weekday} {day} is a work day of schedule {schedule}, until {end}"},
		saysDayOff:            {"work_days", "day_off", "{weekday} {day} is no work day of schedule {schedule}"},
		saysDayLength:         {"day", "day_length", "the day has {length}"},
		saysHoliday:           {"holidays", "holiday", "holiday {holiday}: nothing is expected"},
		saysLeave:             {"leave", "leave", "leave {leave}, {from} to {to}: nothing is expected"},
		saysUnlisted:          {"unlisted", "unlisted", "the directory doesn't list {employee} on this day: nothing is expected"},
		saysMisfit:            {"start", "schedule_misfit", "start {start} and end {end} don't count: on a day that begins at {boundary} the end comes first; give the employee another day boundary"},
		saysOnLeave:           {"status", "none_on_leave", "no clocking: on leave"},
		saysNoneHoliday:       {"status", "none_holiday", "no clocking: holiday"},
		saysNoneDayOff:        {"status", "none_day_off", "no clocking: day off"},
		saysAbsent:            {"status", "none_absent", "no clocking, and the day is settled: absent"},
		saysNoneYet:           {"status", "none_yet", "no clocking yet"},
		saysExpected:          {"expected", "expected", "expected {expected}"},
		saysCorrected:         {"correction", "corrected", "corrected by {actor}: {reason}"},
		saysCorrectedIn:       {"correction", "corrected_in", "clock-in {time} (the clockings: {clocked})"},
		saysCorrectedInAlone:  {"correction", "corrected_in_alone", "clock-in {time} (the clockings: none)"},
		saysCorrectedOut:      {"correction", "corrected_out", "clock-out {time} (the clockings: {clocked})"},
		saysCorrectedOutAlone: {"correction", "corrected_out_alone", "clock-out {time} (the clockings: none)"},
		saysRemark:            {"correction", "remark", "remark: {remark}"},
		saysReview:            {"review", "review", "the clockings are others than whoever corrected saw: somebody should look again"},
		saysIn:                {"clock_in", "clock_in", "in {time}"},
		saysOut:               {"clock_out", "clock_out", "out {time}"},
		saysDoubleTouch:       {"min_in_out_gap", "double_touch", "{time} is no clock-out: less than {gap} after the clock-in"},
		saysNoOut:             {"clock_out", "no_clock_out", "no clock-out after it"},
		saysOneOnly:           {"clock_out", "one_clocking", "no clock-out: one clocking only"},
		saysAmbiguous:         {"daylight_saving", "ambiguous_time", "a clocking's time was shown twice by the clocks: the earlier counts"},
		saysNonexistent:       {"daylight_saving", "nonexistent_time", "a clocking's time was skipped by the clocks: it was moved forward"},
		saysLate:              {"late", "late", "late by {late}: start {start}, grace {grace}"},
		saysLateGrace:         {"late_grace", "late_grace", "{after} after start {start} is within the grace of {grace}"},
		saysPresumed:          {"presumed_present", "presumed_present", "presumed present: no clocking since that could be a clock-out"},
		saysOpen:              {"max_shift", "open", "open until {until}"},
		saysMissingOut:        {"max_shift", "missing_out", "clock-out missing since {since}: worked time is not known"},
		saysOutAlone:          {"missing_in", "out_alone", "it was set as the clock-out, and there is no clock-in"},
		saysMissingIn:         {"missing_in", "missing_in", "later than the shift's middle, {middle}: it may be a clock-out"},
		saysGross:             {"gross", "gross", "gross {gross}"},
		saysLongSpan:          {"max_shift", "long_span", "long span: more than {most}"},
		saysInDown:            {"rounding", "round_in_down", "in {from} counts as {to} (down to {minutes}m)"},
		saysInNearest:         {"rounding", "round_in_nearest", "in {from} counts as {to} (nearest {minutes}m)"},
		saysInUp:              {"rounding", "round_in_up", "in {from} counts as {to} (up to {minutes}m)"},
		saysOutDown:           {"rounding", "round_out_down", "out {from} counts as {to} (down to {minutes}m)"},
		saysOutNearest:        {"rounding", "round_out_nearest", "out {from} counts as {to} (nearest {minutes}m)"},
		saysOutUp:             {"rounding", "round_out_up", "out {from} counts as {to} (up to {minutes}m)"},
		saysTotalDown:         {"rounding", "round_total_down", "total {from} counts as {to} (down to {minutes}m)"},
		saysTotalNearest:      {"rounding", "round_total_nearest", "total {from} counts as {to} (nearest {minutes}m)"},
		saysTotalUp:           {"rounding", "round_total_up", "total {from} counts as {to} (up to {minutes}m)"},
		saysBreakWindow:       {"break", "break_window", "break {from}–{to} {change}"},
		saysBreakAfter:        {"break", "break_after", "break after {after} {change}"},
		saysBreakPart:         {"break", "break_part", "all of {deduct} would leave less than {after}"},
		saysBreakInstead:      {"break", "break_instead", "instead of {windows} by the clock"},
		saysCap:               {"worked_cap", "worked_cap", "cap {cap} {change}"},
		saysNet:               {"net", "net", "net {net}"},
		saysHolidayWorked:     {"holiday_worked", "holiday_worked", "holiday worked {worked}"},
		saysEarly:             {"early_leave", "early_leave", "left early by {early}: end {end}, grace {grace}"},
		saysEarlyGrace:        {"early_grace", "early_grace", "{before} before end {end} is within the grace of {grace}"},
		saysBelowAbsent:       {"absent_below", "absent_below", "counts as absent: below {below}"},
		saysHalfDay:           {"half_day_below", "half_day_below", "half day: below {below}"},
		saysBeforeStart:       {"count_before_start", "before_start", "{before} before start {start} don't count for overtime"},
		saysOvertime:          {"overtime_daily", "overtime", "overtime {overtime} above {limit}"},
		saysMinOvertime:       {"min_overtime", "min_overtime", "no overtime: {over} above {limit} is less than {least}"},
		saysNoOvertime:        {"overtime_daily", "no_overtime", "no overtime above {limit}"},
		saysSettled:           {"settled", "settled", "settled"},
		saysUnread:            {"settled", "unread", "provisional until the source has brought all up to {until}"},
		saysProvisional:       {"settled", "provisional", "provisional until {until}"},
	}
}
