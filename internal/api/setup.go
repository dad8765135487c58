package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
	"headway/internal/ingest"
)

type setupIn struct{ InProgramme }

type setupOut struct{ Body client.Setup }

type applyIn struct {
	InProgramme
	Stream
	File string `query:"file" default:"setup" maxLength:"200" doc:"What errors call the document"`
}

type applyOut struct{ Body client.SetupChanges }

type newProgrammeIn struct{ Body client.NewProgramme }

type programmeOut struct{ Body client.Programme }

type programmesOut struct{ Body []client.Programme }

func (r *room) setup() {
	tags := []string{"Setup"}
	register(r, headway.SignedIn, huma.Operation{
		OperationID: "list-programmes", Method: http.MethodGet, Path: "/programmes", Summary: "Which programmes may I see?", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, _ *struct{}) (*programmesOut, error) {
		rows, err := r.app.ProgrammesView(ctx, by)
		out := &programmesOut{Body: []client.Programme{}}
		for _, v := range rows {
			p := programmeFrom(v.Programme)
			p.Teams, p.Shelved, p.Live = v.Teams, v.Shelved, v.Live
			out.Body = append(out.Body, p)
		}
		return out, err
	})
	register(r, headway.CreateProgramme, huma.Operation{
		OperationID: "add-programme", Method: http.MethodPost, Path: "/programmes", Summary: "Make an empty programme", Tags: tags, DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, by headway.Actor, in *newProgrammeIn) (*programmeOut, error) {
		p, err := r.app.AddProgramme(ctx, by, app.AddProgramme{Key: in.Body.Key, Name: in.Body.Name, Zone: in.Body.Zone, Playbook: in.Body.Playbook})
		return &programmeOut{programmeFrom(p)}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-setup", Method: http.MethodGet, Path: "/programmes/{programme}/setup", Summary: "Everything that a programme is set up with", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *setupIn) (*setupOut, error) {
		v, err := r.app.SetupView(ctx, by, in.Programme)
		if err != nil {
			return nil, err
		}
		file, err := json.Marshal(v.File)
		return &setupOut{client.Setup{File: file, Absences: absencesFrom(v), Playbook: v.Playbook, Gate: v.Gate, Runbook: v.Runbook}}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-setup-yaml", Method: http.MethodGet, Path: "/programmes/{programme}/setup.yaml", Summary: "The setup as a document that can be applied", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *setupIn) (*huma.StreamResponse, error) {
		v, err := r.app.SetupView(ctx, by, in.Programme)
		if err != nil {
			return nil, err
		}
		text, err := ingest.ProgrammeYAML(v.File)
		return &huma.StreamResponse{Body: func(c huma.Context) {
			c.SetHeader("Content-Type", "application/yaml")
			_, _ = c.BodyWriter().Write(text) // fails only when the client has gone
		}}, err
	})
	register(r, headway.EditProgramme, huma.Operation{
		OperationID: "apply-setup", Method: http.MethodPut, Path: "/programmes/{programme}/setup", Tags: tags,
		Summary:     "Bring the setup in line with a document",
		Description: "Sections that the document leaves out stay as they are; what a section does not list is removed, unless it is in use. The same document again changes nothing.",
		RequestBody: streamBody("application/yaml", "YAML or JSON, as get-setup-yaml writes it, up to 1 MiB"),
	}, func(ctx context.Context, by headway.Actor, in *applyIn) (*applyOut, error) {
		f, err := ingest.ProgrammeFile(in.Content, in.File)
		if err != nil {
			return nil, err
		}
		c, err := r.app.ApplyProgramme(ctx, by, app.ApplyProgramme{Programme: in.Programme, File: f})
		return &applyOut{client.SetupChanges{Added: texts(c.Added), Changed: texts(c.Changed), Removed: texts(c.Removed), Notes: texts(c.Notes)}}, err
	})
}

func programmeFrom(p headway.Programme) client.Programme {
	return client.Programme{ID: p.ID, Key: p.Key, Name: p.Name, Zone: p.Zone}
}

func absencesFrom(v app.SetupView) []client.Absence {
	keys := map[string]string{}
	for _, p := range v.People {
		keys[p.ID] = p.Key
	}
	out := []client.Absence{}
	for _, a := range v.Absences {
		out = append(out, client.Absence{ID: a.ID, Person: keys[a.PersonID], From: a.From, To: a.To, Reason: a.Reason})
	}
	return out
}
