type Json = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOf = (value: unknown): Json => (isObject(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Limits that may be widened: for numbers and lengths up or down, everything else must stay as it is. */
const mayRise = new Set(['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems']);
const mayFall = new Set(['minLength', 'minimum', 'exclusiveMinimum', 'minItems']);
const fixed = ['type', 'const', 'format', 'pattern', '$ref', 'propertyNames', ...mayRise, ...mayFall] as const;

const limitBreaks = (key: string, before: unknown, after: unknown): boolean => {
  if (JSON.stringify(before) === JSON.stringify(after) || (after === undefined && key !== 'type')) return false;
  if (mayRise.has(key) && before !== undefined) return Number(after) < Number(before);
  if (mayFall.has(key) && before !== undefined) return Number(after) > Number(before);
  return true;
};

const requiredBreaks = (before: Json, after: Json, direction: 'in' | 'out'): readonly string[] => {
  const [was, is] = [listOf(before.required).map(String), listOf(after.required).map(String)];
  return direction === 'in'
    ? is.filter((name) => !was.includes(name)).map((name) => `${name} is required now`)
    : was.filter((name) => !is.includes(name)).map((name) => `${name} may be missing now`);
};

/**
 * What somebody who wrote (`in`) or read (`out`) documents by the schema as it was would stumble over, by place. Properties and
 * values may be added, limits widened; nothing is taken away.
 */
export const schemaBreaks = (
  before: unknown,
  after: unknown,
  direction: 'in' | 'out',
  place = '#',
): readonly string[] => {
  const [was, is] = [objectOf(before), objectOf(after)];
  const found: string[] = [];
  for (const key of fixed) if (limitBreaks(key, was[key], is[key])) found.push(`${place}: ${key} is another one`);
  if (was.additionalProperties !== false && is.additionalProperties === false) found.push(`${place}: is closed now`);
  for (const message of requiredBreaks(was, is, direction)) found.push(`${place}: ${message}`);
  const gone = listOf(was.enum).filter((value) => !listOf(is.enum).includes(value));
  if (gone.length > 0 || (was.enum === undefined && is.enum !== undefined)) found.push(`${place}: values are gone`);
  for (const part of ['properties', '$defs'] as const)
    for (const [name, inner] of Object.entries(objectOf(was[part]))) {
      const next = objectOf(is[part])[name];
      if (next === undefined) found.push(`${place}/${name}: is gone`);
      else found.push(...schemaBreaks(inner, next, direction, `${place}/${name}`));
    }
  if (was.items !== undefined) found.push(...schemaBreaks(was.items, is.items, direction, `${place}/[]`));
  if (isObject(was.additionalProperties))
    found.push(...schemaBreaks(was.additionalProperties, is.additionalProperties, direction, `${place}/*`));
  for (const part of ['anyOf', 'oneOf', 'allOf'] as const)
    for (const [index, inner] of listOf(was[part]).entries())
      found.push(...schemaBreaks(inner, listOf(is[part])[index], direction, `${place}/${part}/${index}`));
  return found;
};
