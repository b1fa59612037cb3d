const bu = 'ACME';

/** Minor units of USD: 5,000,000.00 and 100.00. */
export const demoCreditLimits: readonly {
  readonly bu: string;
  readonly customer: string;
  readonly limit: string;
  readonly currency: string;
}[] = [
  { bu, customer: 'C-1001', limit: '500000000', currency: 'USD' },
  { bu, customer: 'C-1002', limit: '10000', currency: 'USD' },
  { bu, customer: 'C-1003', limit: '0', currency: 'USD' },
];

export type DemoReceipt = {
  readonly bu: string;
  readonly node: string;
  readonly item: string;
  readonly kind: 'RECEIPT';
  readonly qty: string;
  readonly uom: string;
  readonly unitCost: string;
  readonly reference: string;
};

const opening = (node: string, item: string, qty: string, unitCost: string): DemoReceipt => ({
  bu,
  node,
  item,
  kind: 'RECEIPT',
  qty,
  uom: 'EA',
  unitCost,
  reference: `OPENING-${node}-${item}`,
});

/** No BRG-6204: its stock arrives with the first receipt that somebody sends. A kit has no stock of its own. */
export const demoOpeningStock: readonly DemoReceipt[] = [
  opening('DC-EAST', 'BRG-6205', '5000', '6.80'),
  opening('DC-WEST', 'BRG-6205', '3000', '6.85'),
  opening('DC-EAST', 'BELT-A42', '4000', '4.10'),
  opening('3PL-SOUTH', 'BELT-A42', '2000', '4.15'),
  opening('DC-EAST', 'MOTOR-1HP', '120', '128.50'),
  opening('DC-WEST', 'MOTOR-1HP', '80', '128.50'),
  opening('DC-EAST', 'SEAL-RING', '20000', '0.92'),
  opening('DC-WEST', 'SEAL-RING', '10000', '0.92'),
  opening('DC-EAST', 'GREASE-50', '6000', '2.35'),
  opening('3PL-SOUTH', 'GREASE-50', '3000', '2.40'),
];
