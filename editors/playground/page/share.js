// A file as the fragment of an address, which never leaves the browser.

async function through(stream, bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/// Returns the fragment for a file.
export async function toFragment({ name, text }) {
  const bytes = await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(text));
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const plain = base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return `#${name.endsWith('.rel') ? 'rel' : 'yaml'}=${plain}`;
}

/// Returns the file of a fragment; null if it has none.
export async function fromFragment(fragment) {
  const [, format, plain] = /^#(rel|yaml)=([\w-]+)$/.exec(fragment) ?? [];
  if (!format) return null;
  try {
    const bytes = Uint8Array.from(atob(plain.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const text = new TextDecoder().decode(await through(new DecompressionStream('deflate-raw'), bytes));
    return { name: format === 'rel' ? 'release.rel' : 'values.yaml', text };
  } catch {
    return null;
  }
}
