package client

import "time"

// Release is one version of one team's product.
type Release struct {
	ID        string    `json:"id"`
	Team      string    `json:"team" doc:"Key"`
	Version   string    `json:"version"`
	Component string    `json:"component,omitempty" doc:"Of imported history"`
	Series    string    `json:"series,omitempty" doc:"Of imported history"`
	State     string    `json:"state"`
	Hotfix    bool      `json:"hotfix,omitempty"`
	SprintEnd time.Time `json:"sprint_end,omitzero" doc:"From here the gap counts"`
	ShelvedAt time.Time `json:"shelved_at,omitzero"`
	LiveAt    time.Time `json:"live_at,omitzero"`
	ClosedAt  time.Time `json:"closed_at,omitzero"`
}

// Verdict is what a criterion of the gate says.
type Verdict struct {
	Criterion string `json:"criterion"`
	Title     string `json:"title"`
	Kind      string `json:"kind"`
	Outcome   string `json:"outcome" doc:"pass, fail or waiting"`
	Reason    string `json:"reason"`
	Evidence  string `json:"evidence,omitempty"`
	Optional  bool   `json:"optional,omitempty"`
	Waived    bool   `json:"waived,omitempty"`
	WaivedBy  string `json:"waived_by,omitempty"`
}
