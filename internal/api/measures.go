package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type measuresIn struct {
	Programme string `path:"programme"`
	Days      int    `query:"days" minimum:"0" maximum:"730" doc:"Over how many days, compared with as many before; 0: 90"`
}

type measuresOut struct{ Body client.Measures }

func (r *room) figures() {
	tags := []string{"Measure"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-measures", Method: http.MethodGet, Path: "/programmes/{programme}/measures", Summary: "How the programme delivers: DORA's five metrics and Headway's own", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *measuresIn) (*measuresOut, error) {
		v, err := r.app.MeasuresView(ctx, by, in.Programme, in.Days)
		return &measuresOut{measures(v)}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-measures-csv", Method: http.MethodGet, Path: "/programmes/{programme}/measures.csv", Summary: "The measures, with every release behind them, as comma-separated values", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *measuresIn) (*fileOut, error) {
		b, err := r.app.MeasuresCSV(ctx, by, in.Programme, in.Days)
		return &fileOut{"text/csv; charset=utf-8", `attachment; filename="measures.csv"`, b}, err
	})
}

func measures(v app.MeasuresView) client.Measures {
	value := func(m headway.MeasureValue) *float64 {
		if !m.Known {
			return nil
		}
		return &m.Value
	}
	return client.Measures{
		Days: v.Days, From: v.Span.From, To: v.Span.To,
		Measures: mapped(v.Measures, func(m headway.Measure) client.Measure {
			return client.Measure{
				Key: m.Key, Name: m.Name, Unit: m.Unit, Means: m.Means, Source: m.Source, Better: string(m.Better),
				Value: value(m.Now), Before: value(m.Before), Count: m.Now.N,
				Samples: mapped(m.Samples, func(s headway.MeasureSample) client.MeasureSample {
					return client.MeasureSample{ReleaseID: s.ReleaseID, Release: v.ReleaseName(s.ReleaseID), At: s.At, Value: s.Value, Why: s.Why}
				}),
			}
		}),
		Flow: mapped(v.Flow, func(p headway.FlowPoint) client.FlowPoint { return client.FlowPoint(p) }),
	}
}
