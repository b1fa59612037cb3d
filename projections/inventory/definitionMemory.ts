import type { LateSupplyRules } from '../../domain/availability/lateSupply.ts';
import type { AvailabilityInputs, AvailabilityItem, AvailabilityRequest, AvailabilitySite } from './availability.ts';
import { mutualMax } from './availabilityParts.ts';

type Unit = { readonly timeZone: string; readonly lateSupply: LateSupplyRules | null };
type Site = Omit<AvailabilitySite, 'stale'>;
type Item = Omit<AvailabilityItem, 'positions'>;
type Mutual = AvailabilityInputs['mutual'][number];

/** What a business unit says of itself, its nodes and some items, at one state of its definitions. */
export type Definitions = {
  readonly stamp: string;
  /** Undefined: there is no such business unit. */
  readonly unit: Unit | undefined;
  readonly sites: readonly Site[];
  /** Those of the items asked for that are defined. */
  readonly items: readonly Item[];
  readonly mutual: readonly Mutual[];
};

type KeptUnit = Pick<Definitions, 'stamp' | 'unit' | 'sites'>;
type KeptItem = { readonly stamp: string; readonly item: Item | undefined; readonly mutual: readonly Mutual[] };

export type DefinitionMemory = {
  /** Undefined: something of it is not known at the last state that was seen. */
  readonly find: (request: AvailabilityRequest) => Definitions | undefined;
  readonly keep: (request: AvailabilityRequest, definitions: Definitions) => void;
};

const unitsMax = 100;
/** Some 500 bytes each, and what they say of their components and substitutes. */
const itemsMax = 20_000;

/** As many as `max`; then what was used longest ago goes. */
const createKept = <Value>(max: number) => {
  const kept = new Map<string, Value>();
  const put = (key: string, value: Value): void => {
    kept.delete(key);
    kept.set(key, value);
  };
  return {
    get: (key: string): Value | undefined => {
      const value = kept.get(key);
      if (value !== undefined) put(key, value);
      return value;
    },
    put: (key: string, value: Value): void => {
      put(key, value);
      if (kept.size > max) kept.delete(kept.keys().next().value as string);
    },
  };
};

/** By each item that they say stands for them and they for it. */
const byItem = (mutual: readonly Mutual[]): ReadonlyMap<string, readonly Mutual[]> => {
  const said = new Map<string, Mutual[]>();
  for (const each of mutual)
    for (const { item, direction } of each.substitutes) {
      if (direction !== 'BOTH') continue;
      const known = said.get(item);
      if (known === undefined) said.set(item, [each]);
      else known.push(each);
    }
  return said;
};

const together = (items: readonly KeptItem[]): readonly Mutual[] => {
  const all = new Map(items.flatMap(({ mutual }) => mutual.map((each) => [each.item, each])));
  return [...all.values()].sort((a, b) => (a.item < b.item ? -1 : 1));
};

const keyOf = (bu: string, item: string): string => `${bu}.${item}`;

/** Definitions as one process has read them. Whether they still hold is the stamp's word, which whoever uses them compares. */
export const createDefinitionMemory = (): DefinitionMemory => {
  const units = createKept<KeptUnit>(unitsMax);
  const items = createKept<KeptItem>(itemsMax);
  // Of a state that has passed nothing is worth asking for by its stamp.
  let lastSeen: string | undefined;
  return {
    find: ({ bu, items: asked }) => {
      const unit = units.get(bu);
      if (unit === undefined || unit.stamp !== lastSeen) return undefined;
      const found: KeptItem[] = [];
      for (const name of asked) {
        const kept = items.get(keyOf(bu, name));
        if (kept === undefined || kept.stamp !== lastSeen) return undefined;
        found.push(kept);
      }
      return { ...unit, items: found.flatMap(({ item }) => item ?? []), mutual: together(found) };
    },
    keep: ({ bu, items: asked }, { stamp, unit, sites, items: defined, mutual }) => {
      lastSeen = stamp;
      if (unit === undefined || mutual.length >= mutualMax) return;
      units.put(bu, { stamp, unit, sites });
      const said = byItem(mutual);
      const known = new Map(defined.map((item) => [item.item, item]));
      for (const name of asked)
        items.put(keyOf(bu, name), { stamp, item: known.get(name), mutual: said.get(name) ?? [] });
    },
  };
};
