package demo

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// parts are the libraries of a sample product, in its last release and now; empty: not there.
var parts = []struct{ name, was, now, licence string }{
	{"postgresql", "42.7.1", "42.7.4", "BSD-2-Clause"},
	{"jackson-databind", "2.15.2", "2.17.1", "Apache-2.0"},
	{"spring-web", "6.1.1", "6.1.1", "Apache-2.0"},
	{"commons-text", "1.9", "1.12.0", "Apache-2.0"},
	{"logback-classic", "1.4.11", "1.4.14", "EPL-1.0 OR LGPL-2.1-only"},
	{"itext-core", "7.2.5", "", "AGPL-3.0-only"},
	{"openpdf", "", "2.0.2", "LGPL-2.1-only"},
	{"caffeine", "3.1.8", "3.1.8", "Apache-2.0"},
	{"okio", "3.4.0", "3.9.0", "Apache-2.0"},
	{"snakeyaml", "2.2", "2.2", "Apache-2.0"},
	{"micrometer-core", "", "1.13.0", "Apache-2.0"},
}

// extras hands in what belongs to a build beside its tests: bill of materials,
// scan and coverage; of the last release or of the present candidate.
func (f *filler) extras(ctx context.Context, s *story, now bool) error {
	for _, report := range []struct{ name, content string }{
		{"bom.cdx.json", bill(s.r.Version, now)}, {"trivy.json", scan(now)}, {"lcov.info", coverage(now)},
	} {
		if _, err := f.report(ctx, s, report.name, report.content); err != nil {
			return err
		}
	}
	return nil
}

func bill(version string, now bool) string {
	var list []string
	for _, p := range parts {
		v := p.was
		if now {
			v = p.now
		}
		if v != "" {
			list = append(list, fmt.Sprintf(`{"type":"library","name":%q,"version":%q,"purl":"pkg:maven/org.example/%s@%s","licenses":[{"expression":%q}]}`, p.name, v, p.name, v, p.licence))
		}
	}
	return fmt.Sprintf(`{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"metadata":{"component":{"type":"application","name":"platform","version":%q}},"components":[%s]}`, version, strings.Join(list, ","))
}

func scan(now bool) string {
	find := func(id, pkg, have, fixed, severity, title string) string {
		return fmt.Sprintf(`{"VulnerabilityID":%q,"PkgName":%q,"InstalledVersion":%q,"FixedVersion":%q,"Severity":%q,"Title":%q}`, id, pkg, have, fixed, severity, title)
	}
	list := []string{
		find("CVE-2023-99001", "logback-classic", "1.4.11", "1.4.12", "HIGH", "a poisoned message can exhaust the stack of the receiver"),
		find("CVE-2022-99002", "snakeyaml", "2.2", "", "LOW", "deep nesting is parsed slowly"),
	}
	if now {
		list = list[1:]
		list = append(list, find("CVE-2024-99003", "spring-web", "6.1.1", "6.1.4", "MEDIUM", "a crafted address passes the check of its host"))
	}
	return `{"SchemaVersion":2,"ArtifactName":"platform","ArtifactType":"container_image","Results":[{"Target":"platform.jar","Class":"lang-pkgs","Type":"jar","Vulnerabilities":[` + strings.Join(list, ",") + `]}]}`
}

// coverage writes LCOV: of a hundred lines of each file some were never run.
func coverage(now bool) string {
	var b bytes.Buffer
	for i, file := range []string{"basket", "checkout", "account", "export", "search"} {
		missed := 12 + 5*i
		if now {
			missed = 8 + 6*i
		}
		fmt.Fprintf(&b, "TN:\nSF:src/%s.ts\n", file)
		for line := 1; line <= 100; line++ {
			hits := 3
			if line <= missed {
				hits = 0
			}
			fmt.Fprintf(&b, "DA:%d,%d\n", line, hits)
		}
		b.WriteString("end_of_record\n")
	}
	return b.String()
}
