import { type AskedLine, checkLines, componentsOf } from './availability.ts';
import type { ApiDeps } from './deps.ts';

/** What of lines can be had. Without its business unit no item is known; then it is the unit that is told. */
export const checkedAvailability = async (
  { bu, lines }: { readonly bu: string; readonly lines: readonly AskedLine[] },
  { reads, clock }: Pick<ApiDeps, 'reads' | 'clock'>,
): Promise<ReturnType<typeof checkLines>> => {
  const items = lines.map(({ item }) => item);
  let inputs = await reads.availabilityInputs({ bu, items });
  const components = componentsOf(inputs);
  // Everything anew, so that a kit and what it is made of come from one snapshot.
  if (components.length > 0)
    inputs = await reads.availabilityInputs({ bu, items: [...new Set([...items, ...components])] });
  if (!inputs.buKnown)
    return { errors: [{ pointer: '/bu', code: 'BU_UNKNOWN', detail: `There is no business unit ${bu}.` }] };
  return checkLines({ at: clock(), lines }, inputs);
};
