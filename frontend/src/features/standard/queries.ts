// Queries and commands of the label book.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import { api, writeHeaders, bodyOf } from "@/api/client";
import type { BookClass } from "@/api/types";

export interface Rule {
  counts: string;
  counts_not: string;
  limits: string;
}
export interface Definition {
  class_id: string;
  name: string;
  name_ja: string;
  key: number | null;
  description: string;
  colour: string;
  rule: Rule;
}
export interface NewSample {
  dataset_id: string;
  image_id: string;
  class_id: string;
  side: "accepted" | "rejected";
  note: string;
  valid_until: string | null;
}
export interface NewExample {
  dataset_id: string;
  image_id: string;
  note: string;
}

/** The newest label book, or the label book at a revision. */
export function useLabelBook(
  project_id: MaybeRefOrGetter<string | undefined>,
  revision: MaybeRefOrGetter<number | undefined> = undefined,
) {
  return useQuery({
    queryKey: ["label_book", computed(() => toValue(project_id)), computed(() => toValue(revision))],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/projects/{project_id}/label-book", {
          params: { path: { project_id: toValue(project_id)! }, query: { revision: toValue(revision) } },
        }),
      ),
    enabled: () => Boolean(toValue(project_id)),
    placeholderData: keepPreviousData,
  });
}

export function useRevisions(project_id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ["label_book", "revisions", computed(() => toValue(project_id))],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/projects/{project_id}/label-book/revisions", {
          params: { path: { project_id: toValue(project_id) } },
        }),
      ),
  });
}

/** The difference between a revision and the one before it. */
export function useBookDiff(project_id: MaybeRefOrGetter<string>, after: MaybeRefOrGetter<number | undefined>) {
  return useQuery({
    queryKey: ["label_book", "diff", computed(() => toValue(project_id)), computed(() => toValue(after))],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/projects/{project_id}/label-book/diff", {
          params: { path: { project_id: toValue(project_id) }, query: { after: toValue(after) } },
        }),
      ),
    enabled: () => Boolean(toValue(after)),
  });
}

export function useStandardVerbs(project_id: MaybeRefOrGetter<string | undefined>, done: () => void) {
  const client = useQueryClient();
  const path = () => ({ project_id: toValue(project_id)! });
  /** The rows follow the event later: the next queries wait for its version. */
  async function settled({ version: min_version }: { version: number }): Promise<void> {
    await bodyOf(api.GET("/v1/projects/{project_id}", { params: { path: path(), query: { min_version } } }));
    await bodyOf(api.GET("/v1/projects/{project_id}/label-book", { params: { path: path(), query: { min_version } } }));
    done();
    await Promise.all(["label_book", "projects"].map((one) => client.invalidateQueries({ queryKey: [one] })));
  }
  const define = useMutation({
    mutationFn: (body: Definition) =>
      bodyOf(
        api.POST("/v1/projects/{project_id}/defect-classes", {
          params: { path: path(), header: writeHeaders() },
          body,
        }),
      ),
    onSuccess: settled,
  });
  const exemplify = useMutation({
    mutationFn: ({ of, example }: { of: BookClass; example: NewExample }) => {
      const { class_id, name, name_ja, key, description, examples } = of;
      const shown = [...examples.map(({ dataset_id, image_id, note }) => ({ dataset_id, image_id, note })), example];
      return bodyOf(
        api.POST("/v1/projects/{project_id}/defect-classes", {
          params: { path: path(), header: writeHeaders() },
          body: { class_id, name, name_ja, key, description, examples: shown },
        }),
      );
    },
    onSuccess: settled,
  });
  const retire = useMutation({
    mutationFn: ({ class_id, reason }: { class_id: string; reason: string }) =>
      bodyOf(
        api.POST("/v1/projects/{project_id}/defect-classes/{class_id}/retirement", {
          params: { path: { ...path(), class_id }, header: writeHeaders() },
          body: { reason },
        }),
      ),
    onSuccess: settled,
  });
  const revise = useMutation({
    mutationFn: (body: { rules: string; reason: string }) =>
      bodyOf(
        api.PUT("/v1/projects/{project_id}/label-book", { params: { path: path(), header: writeHeaders() }, body }),
      ),
    onSuccess: settled,
  });
  const approve = useMutation({
    mutationFn: (body: NewSample) =>
      bodyOf(
        api.POST("/v1/projects/{project_id}/limit-samples", { params: { path: path(), header: writeHeaders() }, body }),
      ),
    onSuccess: settled,
  });
  const withdraw = useMutation({
    mutationFn: ({ sample_id, reason }: { sample_id: string; reason: string }) =>
      bodyOf(
        api.POST("/v1/projects/{project_id}/limit-samples/{sample_id}/withdrawal", {
          params: { path: { ...path(), sample_id }, header: writeHeaders() },
          body: { reason },
        }),
      ),
    onSuccess: settled,
  });
  return { define, exemplify, retire, revise, approve, withdraw };
}
