import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const rooms = ['domain', 'commands', 'projections', 'adapters', 'api'] as const;

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|import\(\s*'([^']+)'\s*\)/g;

type Import = {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
  /** Loaded when it is needed, and not with the file that names it. */
  readonly onDemand: boolean;
};

const importsOf = (file: string): readonly Import[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(importPattern)].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? '';
    const to = target.startsWith('.') ? normalize(join(dirname(file), target)) : target;
    const typeOnly = /^\s*(?:import|export)\s+type\s/.test(match[0]);
    return { from: file, to, typeOnly, onDemand: match[3] !== undefined };
  });

const sources = rooms.flatMap(filesBelow);
const imports = sources.flatMap(importsOf);

const roomOf = (path: string): string | undefined => rooms.find((room) => path.startsWith(`${room}/`));
const isWiring = (file: string): boolean => /^api\/(service\.ts$|agent\/|cli\/|wiring\/)/.test(file);
const adapterOf = (path: string): string => path.split('/')[1] ?? '';
/** Everything that is loaded with a file, packages included. */
const loadedWith = (start: string): ReadonlySet<string> => {
  const loaded = new Set([start]);
  for (const file of loaded)
    for (const { from, to, typeOnly, onDemand } of imports) if (from === file && !typeOnly && !onDemand) loaded.add(to);
  return loaded;
};

/** What adapters implement. */
const portFiles = new Set(['commands/ports.ts', 'commands/partnerPorts.ts']);
/** How an answer is read is the same for all partners and belongs to none: decision 14 of the README. */
const partners = new Set(['erp', 'wms', 'tax', 'fraud', 'crm']);
const answerReading = new Set(['adapters/http/answers.ts', 'adapters/http/wire.ts']);
/** And so are the types of what a simulator hands to the server that it acts behind. */
const simulating = 'adapters/http/simulatedPartner.ts';
const sharesTransport = ({ from, to, typeOnly }: Import): boolean =>
  partners.has(adapterOf(from)) && (answerReading.has(to) || (typeOnly && to === simulating));

/** How money, quantities, days and names are written: what every language needs to say our things, and no rule about them. */
const wordsOfTheDomain = new Set([
  ...['domain/money.ts', 'domain/quantity.ts', 'domain/calendar.ts', 'domain/ids.ts', 'domain/kit.ts'],
  ...['domain/outsideText.ts', 'domain/edi/inboundEvents.ts', 'domain/invoice/tax.ts'],
  ...['domain/edi/documentKinds.ts', 'domain/edi/printable.ts', 'domain/masterData/partnerEvents.ts'],
  ...['domain/edi/itemQualifiers.ts', 'domain/order/quantityMeaning.ts', 'domain/shipment/sscc.ts'],
]);

/** The table of design section 3; a returned sentence is the reason why an import may not stand. */
const violation = (line: Import): string | undefined => {
  const { from, to, typeOnly } = line;
  const here = roomOf(from);
  const there = roomOf(to);
  if (here === 'domain') return there === 'domain' ? undefined : 'domain imports only domain';
  if (isWiring(from) || there === undefined) return undefined;
  if (there === 'domain' || there === here) {
    const crossesAdapters = here === 'adapters' && there === 'adapters' && adapterOf(from) !== adapterOf(to);
    return crossesAdapters && !sharesTransport(line) ? 'adapters never import each other' : undefined;
  }
  if (here === 'adapters' && portFiles.has(to)) return undefined;
  if (here === 'api' && (there === 'commands' || there === 'projections')) return undefined;
  if (here === 'api' && there === 'adapters' && typeOnly) return 'api takes adapters through ports';
  return `${here} may not import ${there}`;
};

describe('architecture', () => {
  test('the test reads the whole tree', () => {
    expect(sources.length).toBeGreaterThan(60);
    expect(imports.length).toBeGreaterThan(200);
  });

  test('I-12: imports follow the table of the design, so no experience imports an adapter and no adapter another one', () => {
    const found = imports.flatMap((line) => {
      const reason = violation(line);
      return reason === undefined ? [] : [`${line.from} -> ${line.to}: ${reason}`];
    });
    expect(found).toEqual([]);
  });

  test('O-43: an adapter of a partner takes words of the domain, and nothing that decides', () => {
    const speaking = new Set([...partners, 'edi', 'webhook']);
    const taken = imports.filter(
      ({ from, to, typeOnly }) =>
        roomOf(from) === 'adapters' && speaking.has(adapterOf(from)) && roomOf(to) === 'domain' && !typeOnly,
    );
    expect(taken.length).toBeGreaterThan(5);
    expect(taken.filter(({ to }) => !wordsOfTheDomain.has(to)).map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  test('the EventStoreDB client is imported in one folder only', () => {
    const outside = imports.filter(
      ({ from, to }) => to === '@eventstore/db-client' && !from.startsWith('adapters/eventstoredb/'),
    );
    expect(outside).toEqual([]);
  });

  test('what few installations need is loaded on demand', () => {
    for (const start of ['api/service.ts', 'api/cli/commands.ts']) {
      const loaded = loadedWith(start);
      expect(loaded.has('zod')).toBe(true);
      // Some 60 and 80 MB of memory, and a reader of XML.
      expect(['@eventstore/db-client', '@opentelemetry/sdk-node', 'saxes'].filter((name) => loaded.has(name))).toEqual(
        [],
      );
    }
  });

  test('O-47: an agent has no database, no port and nothing that decides', () => {
    const loaded = [...loadedWith('api/agent/runAgent.ts')];
    expect(loaded).toContain('adapters/http/exchange.ts');
    const heavy = /^(pg|kysely|express|@eventstore|@opentelemetry)|^adapters\/(postgres|eventstoredb)|^commands\/calls/;
    expect(loaded.filter((name) => heavy.test(name))).toEqual([]);
  });

  test('nothing is called utils, common or index', () => {
    expect(sources.filter((file) => /(^|\/)(utils|common|helpers)(\/|\.ts$)|(^|\/)index\.ts$/.test(file))).toEqual([]);
  });

  test('no file of the product is over 300 lines and none uses any', () => {
    const tooLong = sources.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 301);
    const withAny = sources.filter((file) =>
      /(:\s*any\b|<any>|\bas any\b|\bany\[\])/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect({ tooLong, withAny }).toEqual({ tooLong: [], withAny: [] });
  });

  test('a migration speaks of one build of a read model only where it makes the model', () => {
    const folder = 'adapters/postgres/migrations';
    const names = filesBelow(folder).map((file) => file.slice(folder.length + 1));
    expect(names.length).toBeGreaterThan(20);
    const alone = names
      .filter((name) => Number(name.slice(0, 4)) >= 100)
      .flatMap((name) => {
        const text = readFileSync(join(root, folder, name), 'utf8');
        const spoken = new Set(text.match(/\brm_[a-z_]+_v\d+/g) ?? []);
        return [...spoken]
          .filter((schema) => !text.includes(`create schema ${schema}`))
          .map((schema) => [name, schema]);
      });
    // Every other build would be left behind: it goes through `changeEveryBuild`.
    expect(alone).toEqual([]);
  });

  test('nothing reads a clock or chance in the domain', () => {
    const impure = filesBelow('domain').filter((file) =>
      /Date\.now|new Date\(\)|Math\.random|\bprocess\.(env|argv|hrtime|exit|cwd)|setTimeout|setInterval|fetch\(/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
    expect(impure).toEqual([]);
  });
});
