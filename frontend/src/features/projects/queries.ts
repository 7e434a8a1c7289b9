// The commands that make projects, products and datasets, set gates and the time zone.
import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { api, bodyOf, writeHeaders } from "@/api/client";
import type { ProjectGates } from "@/api/types";

export interface Named {
  id: string;
  name: string;
}

export interface NewProject extends Named {
  /** The name of its first product; empty for none. */
  product: string;
  product_id: string;
}

/** Each command waits until the rows show its result, and then calls `done` with the new id. */
export function useProjectVerbs(done: (id: string) => void) {
  const client = useQueryClient();
  const refresh = () =>
    Promise.all(
      ["projects", "datasets", "label_book", "me"].map((one) => client.invalidateQueries({ queryKey: [one] })),
    );

  async function projectShown(project_id: string, min_version: number): Promise<string> {
    await bodyOf(api.GET("/v1/projects/{project_id}", { params: { path: { project_id }, query: { min_version } } }));
    return project_id;
  }
  async function define(project_id: string, product_id: string, name: string): Promise<string> {
    const { version } = await bodyOf(
      api.POST("/v1/projects/{project_id}/products", {
        params: { path: { project_id }, header: writeHeaders() },
        body: { product_id, name },
      }),
    );
    return projectShown(project_id, version);
  }
  const finish = async (id: string) => {
    await refresh();
    done(id);
  };

  const createProject = useMutation({
    mutationFn: async ({ id, name, product, product_id }: NewProject) => {
      const { version } = await bodyOf(
        api.POST("/v1/projects", { params: { header: writeHeaders() }, body: { project_id: id, name } }),
      );
      return product ? define(id, product_id, product) : projectShown(id, version);
    },
    onSuccess: finish,
  });
  const defineProduct = useMutation({
    mutationFn: ({ project_id, id, name }: Named & { project_id: string }) => define(project_id, id, name),
    onSuccess: finish,
  });
  const createDataset = useMutation({
    mutationFn: async ({ project_id, id, name }: Named & { project_id: string }) => {
      const { version } = await bodyOf(
        api.POST("/v1/datasets", {
          params: { header: writeHeaders() },
          body: { dataset_id: id, project_id, name },
        }),
      );
      await bodyOf(
        api.GET("/v1/datasets/{dataset_id}", {
          params: { path: { dataset_id: id }, query: { min_version: version } },
        }),
      );
      return id;
    },
    onSuccess: finish,
  });
  return { createProject, defineProduct, createDataset };
}

/** Sets the gates of a project; then waits until the rows show them, and calls `done`. */
export function useGates(project_id: string, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (gates: ProjectGates) => {
      const { version } = await bodyOf(
        api.PUT("/v1/projects/{project_id}/gates", {
          params: { path: { project_id }, header: writeHeaders() },
          body: gates,
        }),
      );
      const params = { path: { project_id }, query: { min_version: version } };
      await bodyOf(api.GET("/v1/projects/{project_id}", { params }));
      await client.invalidateQueries({ queryKey: ["projects"] });
    },
    onSuccess: done,
  });
}

/** Sets the time zone of a project's site; then waits until the rows show it, and calls `done`. */
export function useTimeZone(project_id: string, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: { zone: string; reason: string }) => {
      const path = { project_id };
      const { version } = await bodyOf(
        api.PUT("/v1/projects/{project_id}/time-zone", { params: { path, header: writeHeaders() }, body }),
      );
      await bodyOf(api.GET("/v1/projects/{project_id}", { params: { path, query: { min_version: version } } }));
      await client.invalidateQueries({ queryKey: ["projects"] });
    },
    onSuccess: done,
  });
}
