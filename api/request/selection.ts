import { z } from 'zod';
import { coded } from '../schemas/fields.ts';

/** What a caller wants of an answer: each name with what is wanted in it; null: all of it. */
export type Selection = ReadonlyMap<string, Selection | null>;

/** What can be named in an answer, and in what is named. */
type Fields = ReadonlyMap<string, Fields>;

const namesLengthMax = 2_000;
const noFields: Fields = new Map();

/** A name that several forms have leads into what any of them has there. */
const merged = (some: Fields, more: Fields): Fields =>
  new Map([...some, ...[...more].map(([name, within]) => [name, merged(some.get(name) ?? noFields, within)] as const)]);

const fieldsOfEach = (schemas: readonly unknown[]): Fields =>
  schemas.map((schema) => fieldsIn(schema as z.ZodType)).reduce(merged, noFields);

/** Of a list those of its items, of a choice those of every form. */
const fieldsIn = (schema: z.ZodType): Fields => {
  if (schema instanceof z.ZodObject)
    return new Map(Object.entries(schema.shape).map(([name, field]) => [name, fieldsIn(field as z.ZodType)]));
  if (schema instanceof z.ZodUnion) return fieldsOfEach(schema.options);
  const { innerType, element } = schema.def as { readonly innerType?: z.ZodType; readonly element?: z.ZodType };
  const inner = innerType ?? element;
  return inner === undefined ? noFields : fieldsIn(inner);
};

/** Where a name leaves what there is: how far it is known, and what could follow. Undefined: it is known. */
const lostAt = (name: string, known: Fields): { readonly within: string; readonly has: Fields } | undefined => {
  let has = known;
  const parts = name.split('.');
  for (const [index, part] of parts.entries()) {
    const next = has.get(part);
    if (next === undefined) return { within: parts.slice(0, index).join('.'), has };
    has = next;
  }
  return undefined;
};

const namesIn = (text: string): readonly string[] => text.split(',').map((name) => name.trim());

const whatThereIs = (within: string, has: Fields): string => {
  const names = [...has.keys()].join(', ');
  if (within === '') return `There are: ${names}.`;
  return names === '' ? `Nothing is in ${within}.` : `In ${within} there are: ${names}.`;
};

/** What is wrong with the names in a text; undefined: nothing. */
const objection = (text: string, known: Fields): string | undefined => {
  const lost = namesIn(text).flatMap((name) => {
    const at = lostAt(name, known);
    return at === undefined ? [] : [{ name, ...at }];
  });
  if (lost.length === 0) return undefined;
  const places = new Map(lost.map(({ within, has }) => [within, has]));
  const unknown = [...new Set(lost.map(({ name }) => `"${name}"`))].join(', ');
  return `There is no field ${unknown}. ${[...places].map(([within, has]) => whatThereIs(within, has)).join(' ')}`;
};

type Growing = Map<string, Growing | null>;

/** Whoever names something whole and a part of it gets it whole. */
const add = (selection: Growing, [name = '', ...rest]: readonly string[]): void => {
  const known = selection.get(name);
  if (known === null) return;
  if (rest.length === 0) {
    selection.set(name, null);
    return;
  }
  const within: Growing = known ?? new Map();
  selection.set(name, within);
  add(within, rest);
};

const selectionIn = (text: string): Selection => {
  const selection: Growing = new Map();
  for (const name of namesIn(text)) add(selection, name.split('.'));
  return selection;
};

const picked = (value: unknown, selection: Selection): unknown => {
  if (Array.isArray(value)) return value.map((item: unknown) => picked(item, selection));
  if (typeof value !== 'object' || value === null) return value;
  const found: Record<string, unknown> = {};
  for (const [name, within] of selection) {
    if (!Object.hasOwn(value, name)) continue;
    const field: unknown = value[name as keyof typeof value];
    found[name] = within === null ? field : picked(field, within);
  }
  return found;
};

/** What says how fresh an answer is, and where a list goes on, is in every answer. */
const keptNames = ['nextCursor', 'asOfPosition', 'lagMs'] as const;

const shapeOf = ({ shape }: z.ZodObject, names: readonly string[]): Readonly<Record<string, z.ZodType>> =>
  Object.fromEntries(names.flatMap((name) => (name in shape ? [[name, shape[name]]] : [])));

const those = (body: object, shape: object): object =>
  Object.fromEntries(Object.entries(body).filter(([name]) => Object.hasOwn(shape, name)));

const isList = ({ shape }: z.ZodObject): boolean => shape.items instanceof z.ZodArray && 'nextCursor' in shape;

const describedAs = `Only these fields, separated by commas, a point leading into one: \`orderId,lines.item\`. Of a list, the fields of its items. Unknown names are 400 \`FIELDS_UNKNOWN\`, which tells those that there are. ${keptNames.map((name) => `\`${name}\``).join(', ')} and the ETag are told in any case.`;

/** How callers may ask for some fields of `answer`, which is an answer as a whole. */
export const selectable = (answer: z.ZodObject) => {
  const list = isList(answer);
  const kept = shapeOf(answer, keptNames);
  // A list is named by its items, and its report, which is about all of them, by itself.
  const named = list ? z.object(shapeOf(answer, ['report'])) : answer;
  const items = list ? (answer.shape.items as z.ZodType) : z.object({});
  const known = merged(fieldsIn(items), fieldsIn(named));
  const ofReport = known.has('report') ? ' `report` is about the whole answer.' : '';
  const parameter = z
    .string()
    .max(namesLengthMax)
    .meta({ description: `${describedAs}${ofReport}` })
    .superRefine((text, context) => {
      const detail = objection(text, known);
      if (detail !== undefined) context.addIssue({ code: 'custom', message: coded('FIELDS_UNKNOWN', detail) });
    })
    .transform(selectionIn);
  return {
    parameter,
    /** The form of what `select` makes. Made when somebody asks: it is as large as the form of the whole answer. */
    answer: (): z.ZodType => {
      const fields = (z.deepPartial(named) as z.ZodObject).shape;
      const shape = { ...(list && { items: z.deepPartial(items) as z.ZodType }), ...fields, ...kept };
      return z.object(shape).meta({ description: 'With `fields`: what was named.' });
    },
    select: (body: object, selection: Selection): object => ({
      ...('items' in body && list && { items: picked(body.items, selection) }),
      ...(picked(those(body, named.shape), selection) as object),
      ...those(body, kept),
    }),
  };
};
