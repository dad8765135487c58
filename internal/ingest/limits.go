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
	MaxComponents   int   // components of a bill of materials
	MaxFindings     int   // findings of a report of vulnerabilities
	MaxCover        int   // branches, blocks and functions of a coverage report; of lines, the highest numbers of all files may add up to 32 times as many
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
		MaxComponents:   100_000,
		MaxFindings:     100_000,
		MaxCover:        2_000_000,
	}
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	for _, f := range []struct{ is, def *int }{
		{&l.MaxCases, &d.MaxCases},
		{&l.KeepCases, &d.KeepCases},
		{&l.MaxMessage, &d.MaxMessage},
		{&l.MaxTransactions, &d.MaxTransactions},
		{&l.MaxNotes, &d.MaxNotes},
		{&l.MaxFiles, &d.MaxFiles},
		{&l.MaxComponents, &d.MaxComponents},
		{&l.MaxFindings, &d.MaxFindings},
		{&l.MaxCover, &d.MaxCover},
	} {
		if *f.is <= 0 {
			*f.is = *f.def
		}
	}
	if l.MaxBytes <= 0 {
		l.MaxBytes = d.MaxBytes
	}
	if l.MaxArchive <= 0 {
		l.MaxArchive = d.MaxArchive
	}
	return l
}
