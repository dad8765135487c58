package client

import (
	"context"
	"io"
	"net/url"
	"strconv"
	"time"
)

// Measures tell how a programme delivers.
type Measures struct {
	Days     int         `json:"days"`
	From     time.Time   `json:"from"`
	To       time.Time   `json:"to"`
	Measures []Measure   `json:"measures"`
	Flow     []FlowPoint `json:"flow" doc:"Releases that had come so far, by week"`
}

// Measure is one figure with the releases behind it.
type Measure struct {
	Key     string          `json:"key"`
	Name    string          `json:"name"`
	Unit    string          `json:"unit,omitempty"`
	Means   string          `json:"means"`
	Source  string          `json:"source,omitempty" doc:"Where its definition comes from; absent: Headway's own"`
	Better  string          `json:"better" doc:"more or less"`
	Value   *float64        `json:"value" doc:"Null where nothing says it"`
	Before  *float64        `json:"before" doc:"Of as many days before"`
	Count   int             `json:"count" doc:"Releases or deployments behind it"`
	Samples []MeasureSample `json:"samples"`
}

// MeasureSample is what one release put into a figure.
type MeasureSample struct {
	ReleaseID string    `json:"release_id"`
	Release   string    `json:"release"`
	At        time.Time `json:"at"`
	Value     float64   `json:"value"`
	Why       string    `json:"why,omitempty" doc:"Incident, defect or rollback behind it"`
}

// FlowPoint counts releases up to an instant.
type FlowPoint struct {
	At       time.Time `json:"at"`
	Built    int       `json:"built" doc:"Their sprint was over"`
	Shelved  int       `json:"shelved"`
	Approved int       `json:"approved"`
	Live     int       `json:"live"`
}

// Measures takes the measures of a programme's last days, 0 for the usual number.
func (c *Client) Measures(ctx context.Context, programme string, days int) (Measures, error) {
	return get[Measures](ctx, c, path("/programmes/%s/measures", programme), daysQuery(days))
}

// MeasuresCSV fetches them as comma-separated values, with every release behind them.
func (c *Client) MeasuresCSV(ctx context.Context, programme string, days int) (io.ReadCloser, error) {
	return c.download(ctx, path("/programmes/%s/measures.csv", programme)+"?"+daysQuery(days).Encode())
}

func daysQuery(days int) url.Values {
	q := url.Values{}
	if days > 0 {
		q.Set("days", strconv.Itoa(days))
	}
	return q
}
