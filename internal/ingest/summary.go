package ingest

import headway "headway"

// Summary gives what the programme keeps of a regression run; up to most cases
// that failed are named.
func (r *TestReport) Summary(most int) *headway.TestSummary {
	s := &headway.TestSummary{
		Tests: r.Tests, Passed: r.Passed, Failed: r.Failed, Errors: r.Errors, Skipped: r.Skipped,
		Flaky: r.Flaky, Runs: r.Runs, Duration: r.Duration,
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		if c.Outcome.Bad() && len(s.NotPassed) < most {
			s.NotPassed = append(s.NotPassed, headway.CaseResult{ID: c.ID, Outcome: string(c.Outcome), Message: c.Message, File: c.File, Labels: c.Labels})
		}
	}
	return s
}

// Summary gives what the programme keeps of a load run.
func (r *LoadReport) Summary() *headway.LoadSummary {
	s := &headway.LoadSummary{Total: r.Total.figure()}
	for _, t := range r.Transactions {
		s.Transactions = append(s.Transactions, t.figure())
	}
	return s
}

func (t Transaction) figure() headway.LoadFigure {
	f := func(v Figure) float64 {
		if !v.Known() {
			return -1
		}
		return float64(v)
	}
	return headway.LoadFigure{
		Name: t.Name, Count: t.Count, Errors: t.Errors, ErrorRate: f(t.ErrorRate), Throughput: f(t.Throughput), MeanMS: f(t.MeanMS),
		P50MS: f(t.P50MS), P90MS: f(t.P90MS), P95MS: f(t.P95MS), P99MS: f(t.P99MS), MaxMS: f(t.MaxMS),
	}
}
