import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventTypes } from '../commands/codec.ts';
import { typesWithPersonalText } from '../domain/personal/personalFields.ts';
import { type Catalogue, type DescribedEvent, readCatalogue } from './catalogue/catalogue.ts';
import { root } from './catalogue/compiler.ts';
import { pagesOf } from './catalogue/pages.ts';
import { workers } from './catalogue/producers.ts';
import { formOf } from './catalogue/units.ts';

const folder = join(root, 'docs/event-catalogue');

/** Every text in an example, by its place as fields are named. */
const textsIn = (value: unknown, path = ''): readonly (readonly [string, string])[] => {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((member) => textsIn(member, `${path}[]`));
  return Object.entries(value).flatMap(([key, member]) => textsIn(member, path === '' ? key : `${path}.${key}`));
};

describe('O-48 the catalogue of events', () => {
  let catalogue: Catalogue;
  let pages: ReadonlyMap<string, string>;
  const eventOf = (type: string): DescribedEvent => {
    const found = catalogue.events.find((event) => event.type === type);
    if (found === undefined) throw new Error(`there is no ${type}`);
    return found;
  };
  beforeAll(() => {
    catalogue = readCatalogue();
    pages = pagesOf(catalogue);
  });

  test('is what the code says; `npm run docs` writes it', () => {
    expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
    const other = [...pages].filter(([name, text]) => readFileSync(join(folder, name), 'utf8') !== text);
    expect(other.map(([name]) => name)).toEqual([]);
  });

  test('has every event of the product, with what it means, where it comes from and who reads it', () => {
    expect(catalogue.events.map(({ type }) => type)).toEqual(eventTypes);
    const lacking = (isLacking: (event: DescribedEvent) => boolean): readonly string[] =>
      catalogue.events.filter(isLacking).map(({ type }) => type);
    expect(lacking(({ meaning }) => meaning === '')).toEqual([]);
    expect(lacking(({ commands, makers }) => commands.length + makers.length === 0)).toEqual([]);
    expect(lacking(({ fields }) => fields.length === 0)).toEqual([]);
  });

  test('knows for every command of every aggregate what it may lead to, and who asks for it', () => {
    const commands = catalogue.aggregates.flatMap(({ category, commands: own }) =>
      own.map((command) => ({ ...command, name: `${category} ${command.name}` })),
    );
    expect(commands.length).toBeGreaterThan(150);
    // It records what it is given, and who makes that is told with each of these events.
    expect(commands.filter(({ events }) => events.length === 0).map(({ name }) => name)).toEqual(['inbox Record']);
    const unasked = catalogue.events.flatMap(({ category, commands: own, makers }) =>
      own.filter(({ askers }) => askers.length + makers.length === 0).map(({ name }) => `${category} ${name}`),
    );
    // Decided already, and asked for by no route, step or worker yet.
    expect([...new Set(unasked)].sort()).toEqual(['stock SetCost']);
    expect(Object.keys(workers).filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test('names each field of each example, with its unit', () => {
    const wrong = catalogue.events.flatMap(({ type, example, fields }) => {
      const known = new Map(fields.map((field) => [field.path, field]));
      return textsIn(example).flatMap(([path, text]) => {
        // What is kept under names of its own is one field.
        const at = known.has(path) ? path : path.replace(/\.[^.]+$/, '{}');
        const field = known.get(at);
        if (field === undefined)
          return fields.some((each) => each.type === 'any JSON') ? [] : [`${type}.${path}: no field`];
        if (field.unit !== '')
          return formOf[field.unit].test(text) ? [] : [`${type}.${path}: ${text} is not ${field.unit}`];
        return [];
      });
    });
    expect(wrong).toEqual([]);
  });

  test('marks what is personal', () => {
    const marked = catalogue.events.filter(({ fields }) =>
      fields.some(({ kept }) => kept === 'personal' || kept === 'secret'),
    );
    expect(marked.map(({ type }) => type).sort()).toEqual([...typesWithPersonalText].sort());
    expect(eventOf('CarrierStatusRecorded').fields.find(({ path }) => path === 'place')).toMatchObject({
      ...{ type: 'text', isOptional: true, kept: 'personal' },
    });
  });

  test('follows an event from who asks for it to what it posts', () => {
    const { commands, consumers } = eventOf('ShipmentConfirmed');
    const [confirm] = commands.filter(({ name }) => name === 'ConfirmShipment');
    expect(confirm?.askers).toEqual(
      expect.arrayContaining([
        { kind: 'route', name: 'POST /v1/shipments/{shipmentId}/confirmations' },
        { kind: 'worker', name: 'messages of a warehouse' },
      ]),
    );
    expect(consumers).toMatchObject({
      ...{ templates: ['T02', 'T02D', 'T13', 'T14'], notices: ['SHIPMENT_CONFIRMED'], documents: ['856'] },
      readModels: expect.arrayContaining(['orders', 'shipments', 'gl_staging', 'timeline']),
      processes: [{ process: 'o2c', steps: [{ step: 'afterConfirm', partner: undefined }] }],
      reports: expect.arrayContaining(['order-cycle']),
    });
    expect(eventOf('InvoiceDrafted').consumers.processes).toEqual([
      { process: 'o2c', steps: [{ step: 'calculateTax', partner: 'tax' }] },
    ]);
    expect(eventOf('InvoiceVoided').consumers.templates).toEqual(['T11']);
  });

  test('tells optional, nullable and unit of a field', () => {
    const fieldOf = (type: string, path: string) => eventOf(type).fields.find((field) => field.path === path);
    expect(fieldOf('OrderSubmitted', 'incoterm')).toMatchObject({ isOptional: true, isNullable: false });
    expect(fieldOf('CaseOpened', 'moneyAtRisk')).toMatchObject({ type: 'object', isOptional: false, isNullable: true });
    expect(fieldOf('CaseOpened', 'moneyAtRisk.amount')).toMatchObject({ unit: 'minor units' });
    expect(fieldOf('OrderSubmitted', 'lines[].qty')).toMatchObject({ type: 'text', unit: 'base units' });
    expect(fieldOf('OrderHeld', 'scope.kind')?.type).toBe('one of `ORDER`, `LINE`, `CHANGES`');
    expect(fieldOf('OrderHeld', 'scope.lineId')).toMatchObject({ isOptional: true, unit: 'id' });
  });
});
