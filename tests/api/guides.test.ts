import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { commands } from '../../api/cli/commands.ts';
import { defaultApiConfig } from '../../api/deps.ts';
import { allOpenRoutes } from '../../api/reference/reference.ts';
import { routes } from '../../api/routes.ts';

const root = new URL('../../', import.meta.url);
const textOf = (file: string): Promise<string> => readFile(new URL(file, root), 'utf8');
const pagesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(new URL(folder, root))).filter((name) => name.endsWith('.md')).map((name) => `${folder}${name}`);
const guides = await pagesIn('docs/guides/');
const rooms = ['domain', 'commands', 'projections', 'adapters', 'api', 'tests'].map((room) => `${room}/README.md`);
const pages = ['README.md', ...rooms, ...(await pagesIn('docs/')), ...guides];
const readme = await textOf('README.md');

const found = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, part = '']) => part);

const known = [
  ...routes.map(({ method, path }) => ({ method: method.toUpperCase(), parts: path.split('/') })),
  ...allOpenRoutes.map(({ path }) => ({ method: 'GET', parts: path.split('/') })),
];

/** A place takes whatever stands there, `{id}` as well as an example. Without a method, an address may also be where some begin. */
const exists = (span: string): boolean => {
  const [method = '', address = ''] = span.startsWith('/') ? ['', span] : span.split(' ');
  const said = (address.split('?')[0] ?? '').split('/');
  return known.some(
    (route) =>
      (method === ''
        ? route.parts.length >= said.length
        : route.method === method && route.parts.length === said.length) &&
      said.every((part, index) => part === route.parts[index] || route.parts[index]?.startsWith('{') === true),
  );
};

describe('README and guides', () => {
  test.each(pages)('%s names routes that exist', async (page) => {
    const spans = found(await textOf(page), /`((?:(?:GET|POST|PUT) )?\/v1\/[^`\s]*[^`\s…])`/g);
    expect(spans.filter((span) => !exists(span))).toEqual([]);
  });

  test.each(pages)('%s leads to files that are there', async (page) => {
    const links = found(await textOf(page), /\]\(([^)#:]+?)(?:#[^)]*)?\)/g);
    const missing = await Promise.all(
      links.map(async (link) => {
        const at = new URL(link, new URL(page, root));
        return (await (link.endsWith('/') ? readdir(at) : readFile(at)).catch(() => undefined)) === undefined;
      }),
    );
    expect(links.filter((_link, index) => missing[index])).toEqual([]);
  });

  test('each guide is named in the README', () => {
    expect(guides.filter((guide) => !readme.includes(`](${guide})`))).toEqual([]);
  });

  test('the README says of every setting what it does, and of none that is not read', async () => {
    const read = found(await textOf('api/environment.ts'), /^ {2}([A-Z][A-Z_]+): /gm);
    const table = readme.slice(readme.indexOf('## Configuration'), readme.indexOf('### More than one ERP'));
    const said = table
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => found(line.split('|')[1] ?? '', /`([A-Z][A-Z_]+)`/g));
    expect(read.length).toBeGreaterThan(40);
    // OpenTelemetry reads its own.
    expect([...said].sort()).toEqual([...read, 'OTEL_EXPORTER_OTLP_ENDPOINT'].sort());
  });

  test('O-38 operations are told how long callers wait, as the code has it', async () => {
    const operations = await textOf('docs/guides/operations.md');
    const { commandTimeoutMs, minPositionWaitMs } = defaultApiConfig;
    expect(operations).toContain(`| ${commandTimeoutMs / 1_000} s, then 503 \`COMMAND_TIMEOUT\``);
    expect(operations).toContain(`| ${minPositionWaitMs / 1_000} s, then 503 \`READ_MODEL_BEHIND\``);
  });

  test('the README has every command of the terminal, and none that is not there', () => {
    const table = readme.slice(readme.indexOf('## At the terminal'), readme.indexOf('## Guides'));
    const said = table
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => found(line.split(' | ')[0] ?? '', /`([a-z-]+)/g));
    expect([...said].sort()).toEqual(commands.map(({ usage }) => usage.split(' ')[0] ?? '').sort());
  });
});
