type Request = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly bodyText: string;
};

export type Answer = { readonly status: number; readonly body: unknown };

export type Route = {
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly handle: (request: Request) => Answer;
};

export const refused = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
});
