package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"time"

	"headway"
	"headway/internal/store"
)

// Spans over which measures are taken, in days.
const (
	usualMeasureDays = 90
	mostMeasureDays  = 730
)

const (
	flowWeeks     = 26
	measuredGaps  = 100 // releases whose gaps are taken apart, the newest
	measuredPlans = 30  // published plans that are read for their first promise, the newest
)

// MeasuresView is how a programme delivers, by figures with what is behind them.
type MeasuresView struct {
	Cast
	Days     int
	Span     headway.Interval
	Measures []headway.Measure
	Releases map[string]headway.Release // of the samples
	Flow     []headway.FlowPoint        // by week, oldest first
}

// ReleaseName names a release behind a figure.
func (v MeasuresView) ReleaseName(id string) string {
	r := v.Releases[id]
	t, _ := v.Team(r.TeamID)
	return nameRelease(t, r)
}

// MeasuresView takes the measures of the last days, 0 for the usual number,
// beside those of as many days before.
func (a *App) MeasuresView(ctx context.Context, by headway.Actor, programme string, days int) (MeasuresView, error) {
	if days == 0 {
		days = usualMeasureDays
	}
	v := MeasuresView{Days: days, Releases: map[string]headway.Release{}}
	if days < 7 || days > mostMeasureDays {
		return v, headway.Invalidf("days", "%d days are outside 7–%d", days, mostMeasureDays)
	}
	now := a.Now()
	v.Span = headway.Interval{From: now.AddDate(0, 0, -days), To: now}
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		m := measuring{q: q, p: p, since: now.AddDate(0, 0, -2*days), now: now, calendar: v.Calendar}
		if err := m.load(ctx); err != nil {
			return err
		}
		v.Measures = headway.Measures(m.facts, v.Span)
		for _, f := range v.Measures {
			for _, s := range f.Samples {
				v.Releases[s.ReleaseID] = m.releases[s.ReleaseID]
			}
		}
		v.Flow = headway.CumulativeFlow(m.facts.Releases, weeksBack(now))
		return nil
	})
	return v, err
}

func weeksBack(now time.Time) []time.Time {
	var out []time.Time
	for w := flowWeeks; w >= 0; w-- {
		out = append(out, now.AddDate(0, 0, -7*w))
	}
	return out
}

// MeasuresCSV writes the measures with every release behind them.
func (a *App) MeasuresCSV(ctx context.Context, by headway.Actor, programme string, days int) ([]byte, error) {
	v, err := a.MeasuresView(ctx, by, programme, days)
	if err != nil {
		return nil, err
	}
	figure := func(x float64) string { return fmt.Sprintf("%.3f", x) }
	rows := [][]string{{"measure", "unit", "value", "value before", "release", "at", "release's value", "why"}}
	for _, m := range v.Measures {
		now, before := "", ""
		if m.Now.Known {
			now = figure(m.Now.Value)
		}
		if m.Before.Known {
			before = figure(m.Before.Value)
		}
		rows = append(rows, []string{m.Key, m.Unit, now, before, "", "", "", ""})
		for _, s := range m.Samples {
			rows = append(rows, []string{m.Key, m.Unit, "", "", v.ReleaseName(s.ReleaseID), s.At.UTC().Format(time.RFC3339), figure(s.Value), s.Why})
		}
	}
	return writeCSV(rows)
}

// writeCSV writes rows so that no cell is taken for a formula.
func writeCSV(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, row := range rows {
		for k, cell := range row {
			row[k] = plainCell(cell)
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
