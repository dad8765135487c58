package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
)

type attachIn struct {
	InProgramme
	Stream
	Evidence string `path:"evidence" doc:"Id of the evidence"`
	Name     string `query:"name" required:"true" doc:"Name of the file"`
}

type attachmentIn struct {
	InProgramme
	Evidence string `path:"evidence" doc:"Id of the evidence"`
	Name     string `path:"name" doc:"Of the file"`
}

type attachmentOut struct{ Body client.Attachment }

type attachToCaseIn struct {
	InCycle
	Stream
	Number int    `path:"number" minimum:"1"`
	Name   string `query:"name" required:"true" doc:"Name of the file"`
}

type caseAttachmentIn struct {
	InCycle
	Number int    `path:"number" minimum:"1"`
	Name   string `path:"name" doc:"Of the file"`
}

func (r *room) attachments() {
	register(r, headway.AddEvidence, huma.Operation{
		OperationID: "attach-to-evidence", Method: http.MethodPost, Path: "/programmes/{programme}/evidence/{evidence}/attachments", Tags: []string{"Evidence"},
		Summary: "Attach a file to a piece of evidence", Description: "The same file again changes nothing.", DefaultStatus: http.StatusCreated,
		RequestBody: streamBody("application/octet-stream", "The file, up to 32 MiB"), Errors: []int{http.StatusConflict, http.StatusRequestEntityTooLarge},
	}, func(ctx context.Context, by headway.Actor, in *attachIn) (*attachmentOut, error) {
		a, err := r.app.AttachToEvidence(ctx, by, in.Programme, in.Evidence, in.Name, in.Content)
		return &attachmentOut{attachmentFrom(a)}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-evidence-attachment", Method: http.MethodGet, Path: "/programmes/{programme}/evidence/{evidence}/attachments/{name}", Tags: []string{"Evidence"},
		Summary: "Download a file that is attached to a piece of evidence",
	}, func(ctx context.Context, by headway.Actor, in *attachmentIn) (*huma.StreamResponse, error) {
		f, content, err := r.app.EvidenceAttachment(ctx, by, in.Programme, in.Evidence, in.Name)
		if err != nil {
			return nil, err
		}
		return attachment(f.Name, f.SHA256, f.Size, content), nil
	})
	register(r, headway.WorkBacklog, huma.Operation{
		OperationID: "attach-to-case", Method: http.MethodPost, Path: "/programmes/{programme}/cycles/{cycle}/cases/{number}/attachments", Tags: []string{"Manual tests"},
		Summary: "Attach a file to a manual case", Description: "The same file again changes nothing.", DefaultStatus: http.StatusCreated,
		RequestBody: streamBody("application/octet-stream", "The file, up to 32 MiB"), Errors: []int{http.StatusConflict, http.StatusRequestEntityTooLarge},
	}, func(ctx context.Context, by headway.Actor, in *attachToCaseIn) (*cycleCaseOut, error) {
		k, err := r.app.AttachToCase(ctx, by, in.Programme, in.Cycle, in.Number, in.Name, in.Content)
		return &cycleCaseOut{cycleCaseFrom(k)}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-case-attachment", Method: http.MethodGet, Path: "/programmes/{programme}/cycles/{cycle}/cases/{number}/attachments/{name}", Tags: []string{"Manual tests"},
		Summary: "Download a file that is attached to a manual case",
	}, func(ctx context.Context, by headway.Actor, in *caseAttachmentIn) (*huma.StreamResponse, error) {
		f, content, err := r.app.CaseAttachment(ctx, by, in.Programme, in.Cycle, in.Number, in.Name)
		if err != nil {
			return nil, err
		}
		return attachment(f.Name, f.SHA256, f.Size, content), nil
	})
}

func attachmentFrom(a headway.Attachment) client.Attachment {
	return client.Attachment{Name: a.Name, SHA256: a.SHA256, Size: a.Size, By: a.AddedByName, At: a.AddedAt}
}
