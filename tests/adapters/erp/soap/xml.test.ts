import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canBeXml, element, readXml, XmlRefused } from '../../../../adapters/erp/soap/xml.ts';

describe('what is written is read again', () => {
  test('any text that XML can hold', () => {
    const letters = fc.oneof(fc.nat(0x7f), fc.constantFrom(0xd, 0x26, 0x3c, 0x3e, 0x5d), fc.nat(0x10ffff));
    const texts = fc.array(letters, { maxLength: 20 }).map((codes) => String.fromCodePoint(...codes));
    const writable = texts.filter((text) => canBeXml(text) && !text.includes('\ufffd'));
    fc.assert(fc.property(writable, (text) => readXml(element('a', text).markup).text === text));
    const hostile = ']]></a><b x="1">&amp;&#0;<!DOCTYPE b>\r\n\t"\'';
    expect(readXml(element('a', hostile).markup).text).toBe(hostile);
  });

  test('an element is known by its namespace, whatever its prefix, and its text may be marked as such', () => {
    const read = readXml('<?xml version="1.0"?><p:a xmlns:p="urn:x"><!-- aside --><p:b><![CDATA[1 < 2]]></p:b></p:a>');
    expect(read).toMatchObject({ name: 'a', uri: 'urn:x', children: [{ name: 'b', uri: 'urn:x', text: '1 < 2' }] });
  });
});

describe('what is not read at all', () => {
  const laughs = Array.from({ length: 10 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
  test.each([
    ['a document type', '<!DOCTYPE a><a/>'],
    ['entities that grow', `<!DOCTYPE a [<!ENTITY l0 "ha">${laughs}]><a>&l10;</a>`],
    ['a file of ours', '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>'],
    ['a document type from elsewhere', '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/evil.dtd"><a/>'],
    ['an entity that nobody declared', '<a>&nbsp;</a>'],
    ['a processing instruction', '<a><?php 1 ?></a>'],
    ['elements within elements without end', '<a>'.repeat(100_000)],
    ['one that is cut off', '<a><b>1</b>'],
    ['two documents', '<a/><b/>'],
    ['a prefix of no namespace', '<p:a/>'],
    ['an attribute that comes twice', '<a x="1" x="2"/>'],
    ['a character that XML cannot hold', '<a>\u0001</a>'],
    ['bytes that were not UTF-8', '<?xml version="1.0" encoding="ISO-8859-1"?><a>M\ufffdller</a>'],
    ['nothing', ''],
    ['JSON', '{"a":1}'],
  ])('%s', (_, text) => {
    expect(() => readXml(text)).toThrow(XmlRefused);
  });

  test('what is told of it is where, and never what', () => {
    expect(() => readXml('<a>\n<secret-4711 </a>')).toThrow(/^not well-formed at line 2$/);
  });
});
