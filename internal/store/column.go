package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"headway"
)

// ms stores an instant as milliseconds since 1970, the zero time as 0.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// at reads back what ms stored.
func at(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// null stores an empty string as NULL, for columns that refer to another table.
func null(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// text stores a value as JSON. It is for our own types, which always encode.
func text(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", v, err)
	}
	return string(b), nil
}

// untext reads JSON that text stored.
func untext(s string, into any) error {
	if s == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(s), into); err != nil {
		return fmt.Errorf("decode %T: %w", into, err)
	}
	return nil
}

// scanner is a row to be read.
type scanner interface{ Scan(into ...any) error }

// list reads all rows of a query.
func list[T any](ctx context.Context, q Q, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // Err tells what went wrong
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// one reads one row; none is NotFound, named by what.
func one[T any](ctx context.Context, q Q, what string, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	v, err := scan(q.db.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return v, headway.NotFoundf("there is no such %s", what)
	}
	return v, err
}

// exec runs a statement.
func (q Q) exec(ctx context.Context, query string, args ...any) error {
	_, err := q.db.ExecContext(ctx, query, args...)
	return err
}

// changed runs a conditional statement and tells whether it changed a row.
func (q Q) changed(ctx context.Context, query string, args ...any) (bool, error) {
	res, err := q.db.ExecContext(ctx, query, args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// like makes a pattern that finds a text anywhere, in lower case: for
// LOWER(column) LIKE $n ESCAPE '\'.
func like(contains string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(contains)) + "%"
}

// ofTable puts the name of a table before each of its columns.
func ofTable(table, columns string) string {
	names := strings.Split(columns, ",")
	for k, name := range names {
		names[k] = table + "." + strings.TrimSpace(name)
	}
	return strings.Join(names, ", ")
}

// idsAtOnce is how many ids one statement takes.
const idsAtOnce = 512

// listOf reads all rows of a query for some ids, which stand at the text IDS.
// The list is filled up to one of few lengths, so that few texts come to be.
func listOf[T any](ctx context.Context, q Q, scan func(scanner) (T, error), query string, ids []string, args ...any) ([]T, error) {
	var out []T
	for part := range slices.Chunk(ids, idsAtOnce) {
		all, marks := slices.Clone(args), make([]string, 0, idsAtOnce)
		length := 1
		for length < len(part) {
			length *= 2
		}
		for k := range length {
			all = append(all, part[min(k, len(part)-1)])
			marks = append(marks, fmt.Sprintf("$%d", len(all)))
		}
		rows, err := list(ctx, q, scan, strings.Replace(query, "IDS", strings.Join(marks, ", "), 1), all...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}
