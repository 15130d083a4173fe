// The bytes of a few characters in UTF-8.

const text = "Aé漢😀";

for (const character of text) {
  const bytes = new TextEncoder().encode(character);
  console.log(character, Array.from(bytes));
}
console.log(`${[...text].length} characters, ${new TextEncoder().encode(text).length} bytes`);
