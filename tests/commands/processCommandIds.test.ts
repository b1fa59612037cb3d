import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { processCommandId } from '../../commands/processes.ts';
import { processes } from '../../domain/orderToCash/processes.ts';
import { line, orderAt, orderInput } from './facts.ts';
import { createWorld, must, type World } from './world.ts';

describe('a credit hold that a person releases', () => {
  let world: World;
  const bu = 'CRED';

  beforeAll(async () => {
    world = await createWorld();
    await world.newBusinessUnit(bu);
  });
  afterAll(() => world.close());

  const limit = (amount: string) =>
    must(world.app().setCreditLimit({ bu, customer: 'C-1002', limit: amount, currency: 'USD' }, world.as('finance')));

  const heldOrder = async (customerPo: string) => {
    const lines = [line('10', 'BRG-6204', '10')];
    const input = orderInput(bu, { soldTo: 'C-1002', shipTo: { id: 'MAIN' }, charges: [], customerPo, lines });
    const { orderId, holds } = await must(world.app().submitOrder(input, world.as('channel')));
    expect(holds.map(({ type }) => type)).toEqual(['CREDIT']);
    return { orderId, holdId: holds[0]?.holdId ?? '' };
  };

  test('does not keep the next order of the customer from being released when the limit is raised', async () => {
    await limit('5000');
    const [first, second] = [await heldOrder('PO-1'), await heldOrder('PO-2')];
    await world.settle();
    await must(world.app().releaseHold({ ...first, reason: 'GOOD_CUSTOMER' }, world.as('finance')));
    await world.settle();
    expect((await orderAt(world, bu, first.orderId)).status).not.toBe('ON_HOLD');
    await limit('9000000');
    await world.settle();
    expect(world.problems).toEqual([]);
    expect(await orderAt(world, bu, second.orderId)).toMatchObject({ holds: [], status: 'OPEN' });
  });
});

const root = join(import.meta.dirname, '../..');

const sourceOf = (file: string): string => readFileSync(join(root, file), 'utf8');

type Id = { readonly file: string; readonly base: string; readonly suffix: string };

/** Every id in the text of the write side that is made of the id of an event, of an intent, or of a script's own base. */
const derivedIds = (): readonly Id[] =>
  ['commands', 'domain']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      [...sourceOf(file).matchAll(/`\$\{(?:\w+\.)?(\w*[eE]ventId|intentId|idBase)\}:([^`]*)`/g)].map((match) => ({
        file,
        base: match[1] ?? '',
        suffix: match[2] ?? '',
      })),
    );

const stepNames = (): readonly string[] =>
  [...sourceOf('domain/orderToCash/steps.ts').matchAll(/readonly step: '(\w+)'/g)].map((match) => match[1] ?? '');

/** What can stand behind the id of an event: a variable part is any id there is, and no id holds a colon. */
const shapeOf = ({ file, base, suffix }: Id): RegExp => {
  const steps = `(?:${stepNames().join('|')})`;
  const ofEvent = base === 'idBase' && /idBase = `\$\{\w*[eE]ventId\}/.test(sourceOf(file));
  const ofIntent = base === 'intentId' || (base === 'idBase' && !ofEvent);
  const before = ofIntent ? `${steps}(?::[^:]+)*:` : ofEvent ? '(?:[^:]+:)+' : '';
  const text = suffix.replace(/\$\{step\}/, steps).replaceAll(/\$\{[^}]*\}/g, '[^:]+');
  return new RegExp(`^${before}${text}$`);
};

describe('the command id of a process', () => {
  const ids = derivedIds();
  const others = ids.filter(({ file }) => file !== 'commands/processes.ts');

  test('is made in one place', () => {
    expect(ids.filter(({ file }) => file === 'commands/processes.ts')).toHaveLength(1);
    expect(ids.length).toBeGreaterThan(50);
    expect(stepNames().length).toBeGreaterThan(20);
  });

  test('cannot be that of a step or of a request for the same event, whatever the ids of lines, nodes and orders are', () => {
    for (const { name } of processes) {
      const ours = processCommandId('E', name).slice('E:'.length);
      expect(others.filter((id) => shapeOf(id).test(ours))).toEqual([]);
    }
    expect(others.filter((id) => shapeOf(id).test('credit')).length).toBeGreaterThan(0);
  });
});
