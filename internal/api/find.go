package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type findIn struct {
	InProgramme
	Text string `query:"q" maxLength:"1000" doc:"Words that must all be met; none gives the releases on their way"`
}

type findOut struct{ Body []client.Found }

func (r *room) find() {
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "find", Method: http.MethodGet, Path: "/programmes/{programme}/find", Tags: []string{"Work"},
		Summary: "Look a text up among releases, people, teams and defects",
	}, func(ctx context.Context, by headway.Actor, in *findIn) (*findOut, error) {
		found, err := r.app.FindView(ctx, by, in.Programme, in.Text)
		return &findOut{mapped(found, func(f app.Found) client.Found { return client.Found(f) })}, err
	})
}
