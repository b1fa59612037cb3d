import { isShort } from '../domain/availability/promise.ts';
import type { AvailabilityInputs } from '../projections/inventory/availability.ts';
import { type AskedLine, checkLines, componentsOf, substitutesOf } from './availability.ts';
import type { ApiDeps } from './deps.ts';

type Checked = ReturnType<typeof checkLines>;

/** What may stand for items that are short; before it is known what is short, for any. */
const alternativesOf = (inputs: AvailabilityInputs, at: string, checked: Checked | undefined): readonly string[] => {
  const substitutes = substitutesOf(inputs, at);
  if (substitutes.size === 0 || (checked !== undefined && 'errors' in checked)) return [];
  const isWanted = (item: string): boolean =>
    checked === undefined ||
    checked.promises.some((each) => each.item === item && isShort({ ...each, qty: BigInt(each.qty) }, each));
  return [...substitutes].flatMap(([item, all]) => (isWanted(item) ? all.map((each) => each.item) : []));
};

/**
 * What of lines can be had. Without its business unit no item is known; then it is the unit that is told. It takes a second
 * statement where kits are asked for, or something is short that another item may stand for.
 */
export const checkedAvailability = async (
  { bu, lines }: { readonly bu: string; readonly lines: readonly AskedLine[] },
  { reads, clock }: Pick<ApiDeps, 'reads' | 'clock'>,
): Promise<Checked> => {
  const items = lines.map(({ item }) => item);
  const asked = { at: clock(), lines };
  const inputs = await reads.availabilityInputs({ bu, items });
  if (!inputs.buKnown)
    return { errors: [{ pointer: '/bu', code: 'BU_UNKNOWN', detail: `There is no business unit ${bu}.` }] };
  const components = componentsOf(inputs);
  const checked = components.length > 0 ? undefined : checkLines(asked, inputs);
  const more = [...components, ...alternativesOf(inputs, asked.at, checked)];
  if (checked !== undefined && more.length === 0) return checked;
  // Everything anew, so that a kit and what it is made of come from one snapshot.
  const all = await reads.availabilityInputs({ bu, items: [...new Set([...items, ...more])] });
  return checkLines(asked, all);
};
