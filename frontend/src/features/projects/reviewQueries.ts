// The commands that set the review policy and the common reasons of a project.
import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { api, bodyOf, writeHeaders } from "@/api/client";

export interface ReviewSettings {
  two_person: boolean;
  hide_verdict: boolean;
  judgement_reasons: string[];
  reason: string;
}

/** Both commands change nothing when nothing is new. `done` is called when the project shows the result. */
export function useReviewSettings(project_id: string, done: () => void) {
  const client = useQueryClient();
  const path = { project_id };
  return useMutation({
    mutationFn: async ({ two_person, hide_verdict, judgement_reasons, reason }: ReviewSettings) => {
      await bodyOf(
        api.PUT("/v1/projects/{project_id}/review-policy", {
          params: { path, header: writeHeaders() },
          body: { two_person, hide_verdict, reason },
        }),
      );
      const { version } = await bodyOf(
        api.PUT("/v1/projects/{project_id}/judgement-reasons", {
          params: { path, header: writeHeaders() },
          body: { reasons: judgement_reasons, reason },
        }),
      );
      await bodyOf(api.GET("/v1/projects/{project_id}", { params: { path, query: { min_version: version } } }));
      await client.invalidateQueries({ queryKey: ["projects"] });
    },
    onSuccess: done,
  });
}
