/* common_passwords.c - the commonest thousand of six characters or more
 *
 * The first thousand such words of Openwall's list of the passwords most often seen on
 * Unix systems and in public leaks (password.lst of 2011, in the public domain), lower
 * case, sorted for a binary search.
 */
#include "daemon/guard/common_passwords.h"

#include <ctype.h>
#include <string.h>

/* clang-format off */
static const char *const common[] = {
    "000000", "007007", "111111", "11111111", "123123", "123321", "123456", "1234567", "12345678",
    "123456789", "1234567890", "123abc", "171717", "181818", "1a2b3c", "1chris", "1q2w3e",
    "4runner", "654321", "666666", "696969", "7777777", "789456", "8675309", "888888", "88888888",
    "a12345", "a1b2c3", "a1b2c3d4", "aaaaaa", "abc123", "abcd123", "abcd1234", "abcdef", "abcdefg",
    "abigail", "access", "accord", "account", "active", "adidas", "adrian", "africa", "airborne",
    "alaska", "albert", "alexander", "alexis", "alfaro", "alfred", "alice1", "alicia", "aliens",
    "alison", "allison", "alpha1", "alpine", "althea", "altima", "amanda", "amanda1", "amazing",
    "america", "anderson", "andre1", "andrea", "andrea1", "andrew", "andrew1", "andromeda",
    "angel1", "angela", "angels", "angie1", "animal", "annette", "antares", "anthony", "anything",
    "apache", "apollo", "apple1", "apple2", "applepie", "apples", "aquarius", "aragorn", "archie",
    "ariane", "arizona", "arlene", "arnold", "arsenal", "artemis", "arthur", "asdf1234", "asdfasdf",
    "asdfgh", "asdfghjk", "asdfjkl", "ashley", "ashley1", "ashraf", "ashton", "asterix", "athena",
    "attila", "august", "austin", "autumn", "avalon", "avatar", "avenger", "awesome", "babydoll",
    "badger", "bailey", "bamboo", "banana", "bandit", "barbara", "barbie", "barney", "barney1",
    "barrett", "baseball", "basket", "basketball", "batman", "batman1", "beaches", "beagle",
    "beaner", "beanie", "beatles", "beatrice", "beautiful", "beauty", "beaver", "beavis", "belize",
    "belmont", "benjamin", "benson", "bernardo", "bertha", "bigben", "bigboss", "bigdog", "biggles",
    "bigmac", "bigman", "bigred", "billy1", "biology", "birdie", "birthday", "biscuit", "bishop",
    "biteme", "bitter", "blackjack", "blanche", "blazer", "blonde", "blondie", "blowjob", "blowme",
    "bluebird", "blueeyes", "bluefish", "bobcat", "bogart", "bombay", "bond007", "bonnie", "boobie",
    "booboo", "booger", "boogie", "boomer", "bootsie", "boston", "boxers", "bradley", "brandi",
    "brandon", "brandy", "braves", "brazil", "brenda", "brewster", "bridge", "bright", "bronco",
    "bronte", "brooke", "brother", "brutus", "bubba1", "bubble", "bubbles", "buddha", "budgie",
    "buffalo", "bulldog", "bullet", "bullshit", "burton", "business", "buster", "butler", "butter",
    "butterfly", "butthead", "button", "buttons", "cactus", "caitlin", "calendar", "california",
    "calvin", "calvin1", "camaro", "camera", "camille", "campbell", "camping", "canada", "cancer",
    "canela", "cannon", "captain", "carbon", "carebear", "carlos", "carmen", "carnage", "carol1",
    "carole", "caroline", "carolyn", "carrie", "carrot", "cascade", "casper", "cassie", "castle",
    "catalina", "catch22", "catfish", "catherine", "catwoman", "cccccc", "cecile", "celica",
    "celine", "center", "champion", "chance", "chanel", "change", "changeme", "chantal", "charger",
    "charity", "charles", "charlie", "charlotte", "cheese", "chelsea", "chelsea1", "cherry",
    "cheryl", "chester1", "chiara", "chicago", "chicken", "chiefs", "chocolate", "chris1",
    "chris123", "christ1", "christian", "christin", "christmas", "christopher", "christy", "church",
    "cinder", "cindy1", "cinema", "claire", "clancy", "claude", "claudia", "clueless", "cobain",
    "cocacola", "coffee", "colette", "colleen", "college", "colorado", "colors", "colt45",
    "columbia", "commander", "compaq", "compton", "computer", "confused", "connect", "connie",
    "conrad", "control", "cookie", "cookies", "cooking", "cooper", "cooter", "copper", "corona",
    "corvette", "cosmos", "cougar", "cowboy", "cowboys", "coyote", "cracker", "crawford",
    "creative", "cricket", "cruise", "crystal", "cuddles", "cuervo", "curtis", "cyclone", "dakota",
    "dallas", "daniel", "daniel1", "danielle", "david1", "davids", "debbie", "dennis", "design",
    "destiny", "diablo", "diamond", "dickhead", "digger", "digital", "disney", "doctor", "dodger",
    "dollars", "dolphin", "donald", "dookie", "dorothy", "dougie", "douglas", "dragon", "dragonfly",
    "dreamer", "dreams", "duckie", "dumbass", "dundee", "eagles", "eclipse", "edward", "eeyore",
    "einstein", "electric", "elephant", "elizabeth", "emerald", "etoile", "europe", "excalibur",
    "explorer", "express", "falcon", "family", "farmer", "fender", "ferrari", "firebird", "fireman",
    "fisher", "fishing", "flamingo", "fletcher", "flipper", "florida", "flower", "flowers",
    "fluffy", "football", "foster", "foxtrot", "france", "francesco", "francine", "francis",
    "francois", "franklin", "freak1", "freddy", "freedom", "french", "friday", "friend", "friends",
    "froggy", "fucker", "fuckface", "fuckme", "fuckoff", "fuckyou", "gabriel", "galaxy", "gambit",
    "gandalf", "garden", "garfield", "garnet", "gemini", "general", "genesis", "genius", "george",
    "gerald", "germany", "giants", "gilbert", "ginger", "global", "goaway", "godzilla", "golden",
    "goldfish", "golfer", "goober", "goodluck", "gordon", "graham", "greenday", "gregory",
    "gretchen", "groovy", "grover", "guitar", "gunner", "hacker", "hammer", "hannah", "happy1",
    "harley", "harold", "harrison", "harvey", "hawkeye", "heather", "heaven", "hector", "helena",
    "helpme", "hendrix", "herbert", "herman", "hithere", "hobbit", "hockey", "horizon", "hornet",
    "horses", "houston", "howard", "hunter", "ibanez", "icecream", "iceman", "idontknow", "iguana",
    "iloveyou", "imagine", "impala", "indiana", "indigo", "insane", "inside", "integra", "internet",
    "ireland", "ironman", "isabel", "island", "jackass", "jackie", "jackson", "jaguar", "jamaica",
    "janice", "jasmin", "jasmine", "jason1", "jasper", "jeanette", "jeanne", "jeffrey", "jenifer",
    "jennifer", "jenny1", "jeremy", "jessica", "jessie", "jesus1", "jewels", "johnny", "joker1",
    "jonathan", "jordan", "jordan23", "joseph", "joshua", "judith", "julian", "julie1", "jumanji",
    "junior", "jupiter", "justice", "justin", "justin1", "kangaroo", "karen1", "katherine",
    "kathleen", "keepout", "keith1", "kelly1", "kelsey", "kennedy", "kenneth", "kermit", "kevin1",
    "killer", "kimberly", "kingdom", "kitkat", "knicks", "knight", "kramer", "kristen", "lacrosse",
    "lakers", "larry1", "lauren", "laurie", "lawrence", "lawyer", "legend", "leonard", "leslie",
    "lestat", "letmein", "liberty", "library", "lincoln", "lindsay", "lindsey", "lionking",
    "liverpool", "lizard", "london", "lonely", "louise", "lovely", "loveme", "lucky1", "maddog",
    "madison", "madonna", "maggie", "malcolm", "malibu", "marathon", "marcel", "margaret", "maria1",
    "mariah", "mariah1", "marilyn", "marina", "mariposa", "marlboro", "marley", "martin", "martin1",
    "marvin", "maryjane", "master", "master1", "matrix", "matthew", "maurice", "maverick", "maxine",
    "maxwell", "mayday", "meggie", "melanie", "melissa", "melody", "mensuck", "mercedes", "mercury",
    "merlin", "mexico", "michael", "michael1", "michele", "michelle", "mickey", "midnight",
    "midori", "miller", "millie", "minnie", "miracle", "mirage", "mishka", "mitchell", "molly1",
    "monday", "money1", "monica", "monique", "monkey", "monopoly", "montreal", "moocow", "mookie",
    "morgan", "moroni", "morris", "mother", "mountain", "mouse1", "muffin", "mulder", "murphy",
    "mustang", "nascar", "natasha", "nathan", "nautica", "ncc1701", "nellie", "nelson", "newton",
    "newyork", "nguyen", "nicholas", "nicole", "nimrod", "niners", "nirvana", "nirvana1", "nissan",
    "norman", "notebook", "nothing", "october", "oliver", "olivia", "olivier", "online", "orange",
    "oranges", "oregon", "oxford", "pacific", "painter", "pamela", "pandora", "pantera", "panther",
    "parker", "passion", "password", "password1", "patricia", "patrick", "peaches", "peanut",
    "pearljam", "peewee", "pencil", "penelope", "penguin", "pentium", "people", "pepper", "person",
    "peter1", "petunia", "phantom", "philip", "phoenix", "phoenix1", "picasso", "pickle", "picture",
    "pierre", "piglet", "pinkfloyd", "player", "please", "poiuyt", "polaris", "police", "poohbear",
    "pookie", "pookie1", "popcorn", "porsche", "porter", "predator", "preston", "prince",
    "princess", "psycho", "pumpkin", "punkin", "purple", "pyramid", "python", "q1w2e3", "quality",
    "queenie", "quentin", "qwerty", "rabbit", "rachel", "rainbow", "random", "ranger", "rangers",
    "raptor", "raquel", "rascal", "raymond", "reality", "rebecca", "reddog", "redrum", "remember",
    "remote", "reynolds", "rhonda", "ricardo", "ricardo1", "richard", "roadrunner", "robbie",
    "robert", "robert1", "robinhood", "rocket", "rocknroll", "rocky1", "ronald", "rosebud",
    "route66", "runner", "running", "russell", "ruthie", "sabrina", "sailing", "sailor", "sakura",
    "salmon", "samantha", "sampson", "samson", "samuel", "sandra", "sapphire", "saturn", "savage",
    "scarlet", "scarlett", "school", "scooter", "scorpio", "scott1", "scottie", "scruffy",
    "seattle", "secret", "security", "serena", "service", "shadow", "shadow1", "shalom", "shannon",
    "shanti", "sharon", "sheena", "sheila", "shelby", "shithead", "shogun", "sierra", "silver",
    "simple", "singer", "skeeter", "skiing", "skipper", "skippy", "skywalker", "slacker",
    "smashing", "smiles", "smiley", "smokey", "snapple", "snickers", "sniper", "snoopdog", "snoopy",
    "snowball", "snowflake", "snowman", "snuffy", "soccer", "soccer1", "soleil", "sophie", "spanky",
    "sparky", "sparrow", "special", "speedy", "spencer", "spider", "spitfire", "spooky", "spring",
    "sprite", "spunky", "stacey", "stanley", "star69", "startrek", "starwars", "station", "stealth",
    "steelers", "stella", "stephanie", "stephen", "steven", "steven1", "stimpy", "stingray",
    "stinky", "stormy", "strawberry", "stuart", "student", "stupid", "success", "summer",
    "sundance", "sunflower", "sunny1", "sunrise", "sunshine", "superfly", "superman", "support",
    "surfer", "suzanne", "suzuki", "sweetie", "swimmer", "swimming", "sydney", "sylvia", "system",
    "tamara", "tarzan", "taurus", "taylor", "teacher", "techno", "teddy1", "teddybear", "tennis",
    "teresa", "test123", "theatre", "theboss", "theking", "theresa", "thomas", "thumper", "thunder",
    "thunderbird", "thursday", "tigers", "tigger", "tinker", "tintin", "tomcat", "tootsie",
    "topgun", "tornado", "toyota", "travel", "trebor", "trevor", "tricia", "trident", "tristan",
    "trojan", "truman", "trumpet", "trustno1", "tucker", "tuesday", "turtle", "tweety", "unicorn",
    "utopia", "valentine", "valerie", "vanilla", "veronica", "victor", "victoria", "victory",
    "vincent", "viper1", "voyager", "walter", "warcraft", "warlock", "warren", "warrior",
    "warriors", "weasel", "welcome", "wesley", "whatever", "wheels", "whisky", "wilbur", "william",
    "williams", "willie", "willow", "wilson", "winner", "winnie", "winona", "winston", "winter",
    "wisdom", "wizard", "wolves", "wombat", "woofwoof", "wrangler", "wright", "xavier", "xfiles",
    "xxxxxx", "xyz123", "yankees", "yellow", "yvonne", "zapata", "zenith", "zephyr", "zeppelin",
    "zigzag", "zombie", "zxc123", "zxcvbnm",
};
/* clang-format on */

enum { LONGEST = 32 };

bool password_is_common(const char *password)
{
    char lower[LONGEST + 1];
    size_t len = strlen(password);
    if (len > LONGEST)
        return false;
    for (size_t i = 0; i <= len; i++)
        lower[i] = (char)tolower((unsigned char)password[i]);
    size_t from = 0, to = M4_COUNT(common);
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(lower, common[middle]);
        if (order == 0)
            return true;
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return false;
}
