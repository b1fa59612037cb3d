import type { OpenRoute } from '../openRoutes.ts';

// Handed out as files: whoever checks us should do it on a machine of their own, and not in our page.

const download = (
  name: string,
  what: Pick<OpenRoute, 'operation' | 'summary' | 'mime'>,
  textOf: (made: { readonly program: string; readonly page: string }) => string,
): OpenRoute => ({
  ...what,
  path: `/verifier/${name}`,
  answers: [200],
  schema: undefined,
  handle: async (_request, response, deps) => {
    const made = await deps.evidence.verifier();
    response.setHeader('Content-Disposition', `attachment; filename="${name}"`);
    response.setHeader('X-Verifier-Sha256', made.sha256);
    response.type(what.mime).end(textOf(made));
  },
});

export const verifierRoutes: readonly OpenRoute[] = [
  download(
    'throughline-verify.mjs',
    {
      operation: 'readVerifier',
      summary: 'The offline verifier of evidence bundles: one file for Node 20 or newer',
      mime: 'text/javascript',
    },
    ({ program }) => program,
  ),
  download(
    'throughline-verify.html',
    {
      operation: 'readVerifierPage',
      summary: 'The offline verifier as a page that works from a file',
      mime: 'text/html',
    },
    ({ page }) => page,
  ),
];
