// Click into this code, change something, and press Run.

const words = ["numbers", "in", "a", "row"];

for (let i = 0; i < words.length; i++) {
  console.log(`${i}: ${words[i]}`);
}
