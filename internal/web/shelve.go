package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// shelveView is the form that puts a candidate on the shelf, as it was filled in.
type shelveView struct {
	Teams                                              []headway.Team
	Team, Version, Commit, Notes, Facts, Fixes, Reason string
	Hotfix                                             bool
	Mends                                              string             // release that it rolls forward, as team/version; empty: none
	Artifacts                                          []headway.Artifact // handed in already
	Preview                                            *app.Shelved
	Err                                                *headway.Error
}

func (s *Site) shelvePage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	return s.showShelve(w, r, http.StatusOK, shelveView{Team: q.Get("team"), Version: q.Get("version"), Mends: q.Get("mends"), Hotfix: q.Get("mends") != ""})
}

func (s *Site) showShelve(w http.ResponseWriter, r *http.Request, code int, v shelveView) error {
	p, err := s.open(w, r, "shelf", "Shelve a candidate")
	if err != nil {
		return err
	}
	setup, err := s.app.SettingsView(r.Context(), p.actor, p.Programme.Key)
	if err != nil {
		return err
	}
	for _, t := range setup.Teams {
		if t.Kind == headway.DevelopmentTeam {
			v.Teams = append(v.Teams, t)
		}
	}
	return p.showAs(code, shelveBody(p.Page, v))
}

// shelve takes the files while they stream, then shelves or says what shelving
// would do. Files that came once need not be sent again.
func (s *Site) shelve(w http.ResponseWriter, r *http.Request) error {
	ctx, by, key := r.Context(), auth.Actor(r.Context()), r.PathValue("programme")
	var taken []headway.Artifact
	fields, err := upload(w, r, func(_ map[string][]string, name string, content io.Reader) error {
		a, err := s.app.TakeArtifact(ctx, by, key, name, content)
		taken = append(taken, a)
		return err
	})
	v := shelveView{
		Team: typed(fields, "team"), Version: typed(fields, "version"), Commit: typed(fields, "commit"), Notes: strings.Join(fields["notes"], ""),
		Facts: typed(fields, "facts"), Fixes: typed(fields, "fixes"), Reason: typed(fields, "reason"), Hotfix: typed(fields, "hotfix") != "",
		Mends: typed(fields, "mends"),
	}
	v.Artifacts = append(keptArtifacts(fields["artifact"]), taken...)
	preview := typed(fields, "do") == "preview"
	var out app.Shelved
	if err == nil {
		out, err = s.shelveAs(ctx, by, key, v, preview)
	}
	if e, ok := refused(err); ok {
		v.Err = e
		return s.showShelve(w, r, status(e.Kind), v)
	}
	if headway.KindOf(err) == headway.NotFound {
		v.Err = headway.Errorf(headway.Invalid, "%s", err.Error())
		return s.showShelve(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	if preview {
		v.Preview = &out
		return s.showShelve(w, r, http.StatusOK, v)
	}
	text := out.Candidate.Name + " is on the shelf."
	if !out.Created {
		text = out.Candidate.Name + " with the same content was on the shelf already; nothing was changed."
	}
	return s.done(w, r, "/p/"+key+"/releases/"+out.Release.ID, text)
}

func (s *Site) shelveAs(ctx context.Context, by headway.Actor, programme string, v shelveView, preview bool) (app.Shelved, error) {
	facts, err := typedFacts(v.Facts)
	if err != nil {
		return app.Shelved{}, err
	}
	return s.app.ShelveCandidate(ctx, by, programme, app.ShelveCandidate{
		Team: v.Team, Version: v.Version, Commit: v.Commit, Notes: v.Notes, Facts: facts, Artifacts: v.Artifacts,
		Fixes: strings.FieldsFunc(v.Fixes, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }), Reason: v.Reason, Hotfix: v.Hotfix, Mends: v.Mends, Preview: preview,
	})
}

// typedFacts reads facts as they are typed: name = value, one a line.
func typedFacts(text string) (headway.Facts, error) {
	facts := headway.Facts{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, headway.Invalidf("facts", "%q declares nothing", headway.Shorten(line, 60)).WithHint("write name = value, one a line, as data-gb = 120")
		}
		facts[name] = strings.TrimSpace(value)
	}
	return facts, nil
}

// keptArtifacts reads back what the form remembers of files that came before.
func keptArtifacts(kept []string) []headway.Artifact {
	var out []headway.Artifact
	for _, k := range kept {
		if sha, name, ok := strings.Cut(k, " "); ok {
			out = append(out, headway.Artifact{Name: name, SHA256: sha})
		}
	}
	return out
}

func keptArtifact(a headway.Artifact) string { return fmt.Sprintf("%s %s", a.SHA256, a.Name) }
