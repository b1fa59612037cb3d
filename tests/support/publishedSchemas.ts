import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const folder = join(import.meta.dirname, '../golden/schemas');

/** The JSON Schema as it was published. */
export const published = (name: string, version = 1): unknown =>
  JSON.parse(readFileSync(join(folder, `${name}.${version}.golden.json`), 'utf8'));

const checks = new Map<string, z.ZodType>();

/** What of a document somebody would stumble over who goes by what was published; none: it conforms. */
export const departures = (name: string, document: unknown): readonly string[] => {
  const known = checks.get(name) ?? z.fromJSONSchema(published(name) as Parameters<typeof z.fromJSONSchema>[0]);
  checks.set(name, known);
  // As it is sent: JSON knows no `undefined`.
  const { error } = known.safeParse(JSON.parse(JSON.stringify(document)));
  return error?.issues.map(({ path, message }) => `${path.join('/')}: ${message}`) ?? [];
};
