package ingest

// Limits bound what one call may take in. The zero value of a field means its default.
type Limits struct {
	MaxBytes        int64 // bytes read, after unpacking, over all files of the call
	MaxCases        int   // runs of test cases counted
	KeepCases       int   // passing or skipped cases kept in TestReport.Cases; as many not passing are kept beside them
	MaxMessage      int   // bytes of one failure message
	MaxTransactions int   // distinct transactions of a load report; the rest is counted together
	MaxNotes        int   // notes of one report
	MaxFiles        int   // files in one archive
	MaxArchive      int64 // bytes of an archive that must be held in memory, because its reader cannot seek
}

// DefaultLimits are the limits of a call that names none.
func DefaultLimits() Limits {
	return Limits{
		MaxBytes:        4 << 30,
		MaxCases:        10_000_000,
		KeepCases:       100_000,
		MaxMessage:      4 << 10,
		MaxTransactions: 2_000,
		MaxNotes:        40,
		MaxFiles:        20_000,
		MaxArchive:      64 << 20,
	}
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	if l.MaxBytes <= 0 {
		l.MaxBytes = d.MaxBytes
	}
	if l.MaxCases <= 0 {
		l.MaxCases = d.MaxCases
	}
	if l.KeepCases <= 0 {
		l.KeepCases = d.KeepCases
	}
	if l.MaxMessage <= 0 {
		l.MaxMessage = d.MaxMessage
	}
	if l.MaxTransactions <= 0 {
		l.MaxTransactions = d.MaxTransactions
	}
	if l.MaxNotes <= 0 {
		l.MaxNotes = d.MaxNotes
	}
	if l.MaxFiles <= 0 {
		l.MaxFiles = d.MaxFiles
	}
	if l.MaxArchive <= 0 {
		l.MaxArchive = d.MaxArchive
	}
	return l
}
