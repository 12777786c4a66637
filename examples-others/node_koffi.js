// A token in Node.js, by include/node/erptoken.js, which needs koffi (npm install koffi). Prints its length.
// Put your own user and password in, and leave the line with "base_url" out.
'use strict';
const erptoken = require('../include/node/erptoken.js');

async function main() {
    const account = new erptoken.Account('senior', { username: 'admin@empresa.com.br', password: 'senhaUsuario' });
    try {
        account.set('base_url', process.env.ERPTOKEN_SANDBOX_SENIOR); // Only for trying it out.
        // A login takes its time: not on the thread that everything else runs on. From memory the token comes at once.
        const token = await account.getAsync();
        if (account.get() !== token) throw new Error('two tokens');
        console.log(`a token of ${token.length} characters`);
    } finally {
        account.close();
    }
}

main().catch((error) => {
    console.error(`${error.status}: ${error.message}`);
    process.exitCode = 1;
});
