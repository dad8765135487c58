package app

import (
	"context"
	"strings"

	"headway"
	"headway/internal/store"
)

// releaseNamed finds a release by id or as team/version.
func (l look) releaseNamed(ctx context.Context, p headway.Programme, name string) (headway.Release, error) {
	key, version, ok := strings.Cut(name, "/")
	if !ok {
		r, err := l.Release(ctx, p.ID, name)
		return r, unknownAt(err, "release", name)
	}
	team, err := l.TeamByKey(ctx, p.ID, key)
	if err != nil {
		return headway.Release{}, unknownAt(err, "team", key)
	}
	canonical, err := headway.ShelveVersion(version)
	if err != nil {
		return headway.Release{}, err
	}
	r, err := l.ReleaseByVersion(ctx, p.ID, team.ID, "", canonical)
	if headway.KindOf(err) == headway.NotFound && canonical != version {
		r, err = l.ReleaseByVersion(ctx, p.ID, team.ID, "", version)
	}
	return r, unknownAt(err, "release", name)
}

// teamRelease finds a team by its key and a release of it by version, and says
// which of the two is unknown.
func teamRelease(ctx context.Context, q store.Q, p headway.Programme, team, version string) (headway.Team, headway.Release, error) {
	t, err := q.TeamByKey(ctx, p.ID, team)
	if err != nil {
		return t, headway.Release{}, unknownAt(err, "team", team)
	}
	r, err := q.ReleaseByVersion(ctx, p.ID, t.ID, "", version)
	return t, r, unknownAt(err, "version", version)
}
