package app

import (
	"context"
	"strings"

	"headway"
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
