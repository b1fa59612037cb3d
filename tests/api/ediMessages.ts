import supertest from 'supertest';
import type { Role } from '../../api/permissions.ts';
import { addDays } from '../../domain/calendar.ts';
import type { RealApi } from './realApi.ts';
import { samples } from './samples.ts';
import { call, keyOf } from './testApi.ts';

// What partner NORDBUY sends in X12, and how its gateway sends it.

export const today = new Date().toISOString().slice(0, 10);
export const wanted = addDays(today, 5);
export const x12 = (day: string): string => day.replaceAll('-', '');

let numbers = 0;
/** A control number of an interchange that nobody used in this process. */
export const nextNumber = (): string => {
  numbers += 1;
  return String(numbers).padStart(9, '0');
};

type Set = readonly string[];
export const orderSet = (po: string, ...lines: readonly string[]): Set => [
  ...['ST*850*0001', `BEG*00*SA*${po}**${x12(today)}`, `DTM*002*${x12(wanted)}`, 'N1*ST**92*DOCK7'],
  ...lines,
  `CTT*${lines.length}`,
];
export const line = (item = '4711', qty = '10', price = '12.5'): string => `PO1*10*${qty}*EA*${price}**BP*${item}`;

/** One group of such sets, with the counts that it has. */
export const interchange = (control: string, sets: readonly Set[], functionalId = 'PO'): string =>
  [
    `ISA*00*          *00*          *01*123456789      *ZZ*ACMESUPPLY     *261123*0800*U*00401*${control}*0*P*>`,
    `GS*${functionalId}*NORDBUY*ACMESUPPLY*20261123*0800*${Number(control)}*X*004010`,
    ...sets.flatMap((set, index) => {
      const st = set[0]?.replace(/0001$/, String(index + 1).padStart(4, '0')) ?? '';
      return [st, ...set.slice(1), `SE*${set.length + 1}*${String(index + 1).padStart(4, '0')}`];
    }),
    `GE*${sets.length}*${Number(control)}`,
    `IEA*1*${control}`,
  ]
    .map((segment) => `${segment}~\n`)
    .join('');

export const sendRaw = (api: RealApi, text: string, key: string, mediaType = 'application/edi-x12') =>
  supertest(api.app)
    .post('/v1/inbound-documents')
    .set('authorization', `Bearer ${keyOf('channel')}`)
    .set('idempotency-key', key)
    .set('content-type', mediaType)
    .send(Buffer.from(text, 'utf8'));

export const bytesOf = async (api: RealApi, sha256: string, role: Role = 'auditor') =>
  supertest(api.app)
    .get(`/v1/audit/payloads/${sha256}`)
    .set('authorization', `Bearer ${keyOf(role)}`)
    .set('accept', 'application/octet-stream')
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => done(null, Buffer.concat(chunks)));
    });

type Acknowledged = { readonly acknowledgement: { readonly payloadSha256: string } };

/** The interchange that answers one that was sent. */
export const acknowledgementOf = async (api: RealApi, body: Acknowledged): Promise<string> =>
  String((await bytesOf(api, body.acknowledgement.payloadSha256, 'channel')).body);

/** The partner with its words; what QI and QD mean to it is agreed. */
export const defineNordbuy = async (api: RealApi): Promise<void> => {
  const define = async (path: string, body: object) => {
    const { status, text } = await call(api, 'PUT', path, { role: 'admin', body });
    if (status !== 200) throw new Error(text);
  };
  const sample = samples.definePartner?.body as { readonly orders: object };
  await define('/v1/partners/ACME/NORDBUY', { ...sample, orders: { ...sample.orders, quantityChanges: 'TOTAL' } });
  await define('/v1/cross-references/ACME/NORDBUY/ITEM', { entries: [{ theirs: '4711', ours: 'BRG-6204' }] });
  await define('/v1/cross-references/ACME/NORDBUY/SHIP_TO', { entries: [{ theirs: 'DOCK7', ours: 'MAIN' }] });
  await define('/v1/cross-references/ACME/NORDBUY/CHARGE', { entries: [{ theirs: 'D240', ours: 'FREIGHT' }] });
};
