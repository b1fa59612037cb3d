import type { Catalog } from '../../domain/masterData/catalog.ts';
import { type OrderValidation, validateOrder } from '../../domain/masterData/validateOrder.ts';
import type { ContentChecks, Violation } from '../application.ts';
import { businessDay } from '../businessDay.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { unknownReservations } from '../reservations/named.ts';
import { missingIn } from '../workers/upToDate.ts';
import type { AppPorts } from './callPorts.ts';
import type { SubmitOrderInput } from './inputs.ts';

type Examined = { readonly catalog: Catalog; readonly validation: OrderValidation; readonly sha256: string };

const examinations = new WeakMap<SubmitOrderInput, Examined>();

/** The order against the master data of this moment, on the business unit's own day; once per body and state of master data. */
export const examined = ({ catalog, clock }: AppPorts, input: SubmitOrderInput): Examined => {
  const current = catalog.current();
  const known = examinations.get(input);
  if (known?.catalog === current) return known;
  const examination = {
    catalog: current,
    validation: validateOrder(input, current, businessDay({ catalog }, input.bu, clock())),
    sha256: contentSha256(input),
  };
  examinations.set(input, examination);
  return examination;
};

const violationsOf = ({ validation }: Examined): readonly Violation[] =>
  validation.kind === 'invalid' ? validation.violations : [];

/** Before it is called invalid, everything that was defined until now is known. */
export const examinedUpToDate = async (ports: AppPorts, input: SubmitOrderInput): Promise<Examined> => {
  await missingIn(ports.catalog, () => violationsOf(examined(ports, input)));
  return examined(ports, input);
};

export const orderViolations =
  (ports: AppPorts): ContentChecks['order'] =>
  async (input) => [
    ...violationsOf(await examinedUpToDate(ports, input)),
    ...(await unknownReservations(ports, input)),
  ];
