// The query and the command of one's own e-mails.
import { useMutation, useQuery, useQueryClient } from "@tanstack/vue-query";
import { api, bodyOf, writeHeaders } from "@/api/client";
import type { MailChoice, NewMailChoice } from "@/api/types";

const KEY = ["mail"];

export function useMail() {
  return useQuery({ queryKey: KEY, queryFn: () => bodyOf(api.GET("/v1/people/me/mail")) });
}

export function useChooseMail() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewMailChoice) =>
      bodyOf(api.PUT("/v1/people/me/mail", { params: { header: writeHeaders() }, body })),
    onSuccess: (chosen) => client.setQueryData<MailChoice>(KEY, chosen),
  });
}
