import { erpNamespace } from './messages.ts';
import { childOf, childrenOf, escaped, readXml, textOf, type XmlElement, XmlRefused } from './xml.ts';

export const soapVersions = ['1.1', '1.2'] as const;
export type SoapVersion = (typeof soapVersions)[number];

const namespaces: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
};

/** Why the other side did not do it, the two versions alike. */
export type Fault = {
  /** From the general to the particular, without prefixes: `Client`, `Authentication`. */
  readonly codes: readonly [string, ...string[]];
  readonly reason: string;
  /** Of a fault that the WSDL declares: what their business says. */
  readonly declared: { readonly code: string; readonly message: string } | undefined;
};

export type Opened =
  | { readonly kind: 'message'; readonly message: XmlElement }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** `action` in the header that each version has for it. */
export const soapHeaders = (version: SoapVersion, action: string): Readonly<Record<string, string>> =>
  version === '1.1'
    ? { accept: 'text/xml', 'content-type': 'text/xml; charset=utf-8', soapaction: `"${action}"` }
    : { accept: 'application/soap+xml', 'content-type': `application/soap+xml; charset=utf-8; action="${action}"` };

export const inEnvelope = (version: SoapVersion, message: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${namespaces[version]}"><soap:Body>${message}</soap:Body></soap:Envelope>`;

/** What a code is called without the prefix of its namespace. */
const local = (qualified: string | undefined): string => (qualified ?? '').trim().split(':').at(-1) ?? '';

const declaredIn = (detail: XmlElement | undefined): Fault['declared'] => {
  const found = detail?.children.find(({ name, uri }) => name === 'ErpFault' && uri === erpNamespace);
  const code = found && textOf(found, 'Code');
  return found && code ? { code, message: textOf(found, 'Message') ?? '' } : undefined;
};

const faultOf11 = (fault: XmlElement): Fault => {
  const [first = '', ...rest] = local(textOf(fault, 'faultcode')).split('.');
  const reason = textOf(fault, 'faultstring') ?? '';
  return { codes: [first, ...rest], reason, declared: declaredIn(childOf(fault, 'detail')) };
};

const faultOf12 = (fault: XmlElement): Fault => {
  const codes: string[] = [];
  for (let at = childOf(fault, 'Code'); at !== undefined; at = childOf(at, 'Subcode'))
    codes.push(local(textOf(at, 'Value')));
  const [first = '', ...rest] = codes;
  const reason = childOf(fault, 'Reason');
  const declared = declaredIn(childOf(fault, 'Detail'));
  return { codes: [first, ...rest], reason: (reason && textOf(reason, 'Text')) ?? '', declared };
};

/** The one message in an envelope of this version. Throws `XmlRefused`. */
export const openEnvelope = (version: SoapVersion, text: string): Opened => {
  const envelope = readXml(text);
  const uri = namespaces[version];
  if (envelope.name !== 'Envelope' || envelope.uri !== uri) throw new XmlRefused(`no envelope of SOAP ${version}`);
  const [body, ...others] = childrenOf(envelope, 'Body').filter((found) => found.uri === uri);
  const [message, ...more] = body?.children ?? [];
  if (message === undefined || more.length > 0 || others.length > 0) throw new XmlRefused('not one message in it');
  if (message.name !== 'Fault' || message.uri !== uri) return { kind: 'message', message };
  return { kind: 'fault', fault: version === '1.1' ? faultOf11(message) : faultOf12(message) };
};

/** As `openEnvelope`; undefined where it would throw. */
export const envelopeIn = (version: SoapVersion, text: string): Opened | undefined => {
  try {
    return openEnvelope(version, text);
  } catch (error) {
    if (error instanceof XmlRefused) return undefined;
    throw error;
  }
};

/** A fault in the words of either version; `Client` and `Server` are `Sender` and `Receiver` in the second. */
export const faultMessage = (
  version: SoapVersion,
  side: 'sender' | 'receiver',
  code: string,
  message: string,
): string => {
  const detail = `<ErpFault xmlns="${erpNamespace}"><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message></ErpFault>`;
  if (version === '1.1') {
    const faultcode = side === 'sender' ? 'Client' : 'Server';
    return `<soap:Fault><faultcode>soap:${faultcode}</faultcode><faultstring>${escaped(message)}</faultstring><detail>${detail}</detail></soap:Fault>`;
  }
  const value = side === 'sender' ? 'Sender' : 'Receiver';
  return `<soap:Fault><soap:Code><soap:Value>soap:${value}</soap:Value></soap:Code><soap:Reason><soap:Text xml:lang="en">${escaped(message)}</soap:Text></soap:Reason><soap:Detail>${detail}</soap:Detail></soap:Fault>`;
};
