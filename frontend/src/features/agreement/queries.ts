// Queries and commands of agreement tasks.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import type { Ref } from "vue";
import { api, writeHeaders, bodyOf, pagesOf } from "@/api/client";
import type { Accepted, JudgedImage, Verdict } from "@/api/types";

const POLL_MS = 5000;
const AT_MOST = 200;

export function useTasks(dataset_id: Ref<string>, version: Ref<number | undefined>) {
  return useQuery({
    queryKey: ["agreement", dataset_id],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/agreement-tasks", {
          params: { path: { dataset_id: dataset_id.value }, query: { min_version: version.value } },
        }),
      ),
    refetchInterval: POLL_MS,
  });
}

export function useBlindImages(dataset_id: Ref<string>, task_id: Ref<string>) {
  return useQuery({
    queryKey: ["agreement", dataset_id, task_id, "images"],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/agreement-tasks/{task_id}/images", {
          params: { path: { dataset_id: dataset_id.value, task_id: task_id.value } },
        }),
      ),
  });
}

export function useResult(dataset_id: Ref<string>, task_id: Ref<string>, version: Ref<number | undefined>) {
  return useQuery({
    queryKey: ["agreement", dataset_id, task_id, "result"],
    queryFn: () =>
      bodyOf(
        api.GET("/v1/datasets/{dataset_id}/agreement-tasks/{task_id}/result", {
          params: {
            path: { dataset_id: dataset_id.value, task_id: task_id.value },
            query: { min_version: version.value },
          },
        }),
      ),
  });
}

function useWrite<T>(write: (given: T) => Promise<Accepted>, version: Ref<number | undefined>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: (saved: Accepted) => {
      version.value = saved.version;
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["agreement"] }),
  });
}

export interface NewTask {
  people: string[];
  open_to: number | null;
  note: string;
  images: number;
  verdict: Verdict | "unlabelled" | null;
}

/** Take the first images with the verdict, in the order of registration. */
export function useOpen(dataset_id: Ref<string>, version: Ref<number | undefined>) {
  return useWrite(async ({ images, verdict, ...asked }: NewTask) => {
    const path = { dataset_id: dataset_id.value };
    const limit = Math.min(AT_MOST, images);
    const ask = (cursor?: string) => {
      const query = { verdict: verdict ?? undefined, limit, cursor };
      return bodyOf(api.GET("/v1/datasets/{dataset_id}/images", { params: { path, query } }));
    };
    const { items } = await pagesOf(ask, limit);
    const body = { ...asked, image_ids: items.map(({ image_id }) => image_id) };
    return bodyOf(
      api.POST("/v1/datasets/{dataset_id}/agreement-tasks", { params: { path, header: writeHeaders() }, body }),
    );
  }, version);
}

export interface Answered {
  image_id: string;
  verdict: Verdict;
  defect_classes: string[];
}

/** Send the answers one after another, so that the newer of two answers for an image arrives last. */
export function useAnswer(
  dataset_id: Ref<string>,
  task_id: Ref<string>,
  refused: (answer: Answered, error: Error) => void,
) {
  return useMutation({
    mutationKey: ["answer"],
    scope: { id: "answers" },
    onError: (error, answer) => refused(answer, error),
    mutationFn: (body: Answered) =>
      bodyOf(
        api.POST("/v1/datasets/{dataset_id}/agreement-tasks/{task_id}/answers", {
          params: { path: { dataset_id: dataset_id.value, task_id: task_id.value }, header: writeHeaders() },
          body,
        }),
      ),
  });
}

export function useClose(dataset_id: Ref<string>, version: Ref<number | undefined>) {
  return useWrite(
    (task_id: string) =>
      bodyOf(
        api.POST("/v1/datasets/{dataset_id}/agreement-tasks/{task_id}/closure", {
          params: { path: { dataset_id: dataset_id.value, task_id }, header: writeHeaders() },
          body: { reason: "" },
        }),
      ),
    version,
  );
}

/** Settling an image submits an annotation with a reason. It becomes the truth when another person accepts it. */
export function useSettle(dataset_id: Ref<string>, version: Ref<number | undefined>) {
  return useWrite(({ image, verdict, reason }: { image: JudgedImage; verdict: Verdict; reason: string }) => {
    const defects = verdict === "OK" ? [] : image.defects;
    const annotations = [{ image_id: image.image_id, verdict, defects, revision: image.revision, reason }];
    return bodyOf(
      api.POST("/v1/datasets/{dataset_id}/annotations", {
        params: { path: { dataset_id: dataset_id.value }, header: writeHeaders() },
        body: { annotations },
      }),
    );
  }, version);
}
