"""Words that people disguise. No score depends on whether a word is in this list.

``moderation.text.disguise`` uses the list to find the plain word behind an odd spelling, so that
the model reads ``1d10t`` like the plain word. The model learnt the weight of the word from people's
labels. The list was written for this project; it is offensive because its subject is.
"""

from __future__ import annotations

#: Stems, which may take the endings below.
STEMS = tuple(
    """
    fuck motherfuck shit bullshit dipshit horseshit bitch bastard cunt dick dickhead dickwad
    asshole arsehole ass arse jackass dumbass smartass badass fatass asswipe prick cock cocksuck
    suck pussy twat wank toss bollock bugger piss crap turd douche douchebag slut whore skank tramp
    hooker hoe thot tit boob cum jizz dildo blowjob scumbag scum sleazebag slimeball screw
    idiot idiotic imbecile moron moronic cretin stupid dumb dumbfuck dimwit nitwit halfwit fuckwit
    dunce dullard numbskull numskull nincompoop simpleton blockhead bonehead airhead knobhead
    knucklehead shithead fathead dope fool foolish braindead retard retarded spastic mong libtard
    fucktard republitard conservatard trumptard loser failure pathetic worthless useless pig swine
    hog cow rat vermin parasite leech maggot cockroach roach worm insect animal beast monkey ape
    baboon gorilla dog mutt cur snake viper toad troll clown buffoon jerk creep pervert pedo
    pedophile paedo paedophile rapist molester murderer killer terrorist traitor treason coward
    liar lying cheat crook thief thug criminal goon hag crone witch cuck simp incel virgin
    nigger nigga negro coon darkie jigaboo porchmonkey spook gook chink slanteye jap nip zipperhead
    paki raghead towelhead camelfucker sandnigger hajji wetback beaner spic greaser gringo cracker
    honky whitey redneck hillbilly kike yid hymie heeb shylock zionazi jewboy gypsy gyppo pikey
    wop dago guido polack kraut hun frog limey mick paddy taig fenian mudslime muzzie muzzrat
    islamonazi goatfucker faggot fag poof poofter homo dyke lesbo tranny trannie shemale ladyboy
    queer nazi feminazi fascist commie libtard snowflake savage subhuman degenerate filth filthy
    trash garbage rubbish scummy sewage dirtbag sleaze slime disgusting revolting hideous ugly fatso
    fatty lardass pigface inbred mongrel halfbreed bimbo airhead tart floozy nympho kill murder
    shoot stab hang lynch strangle behead execute rape die hell damn goddamn
    """.split()
)

#: Endings that may follow a stem.
ENDINGS = tuple(
    "s es ed d er ers ing in y ish ness ity face faces head heads hole holes bag bags".split()
)

#: Words that take no endings.
WORDS = frozenset(
    """
    idiocy idiotically stupidity stupidly fucker fuckers fucking fuckin motherfucking mf mofo
    shitty shitting bitchy bitches pussies bastards asses arses cunts faggots fags niggers niggas
    whores sluts dicks cocks pricks twats wankers wanker tosser tossers bollocks liars losers
    morons retards idiots thieves cowards terrorists traitors nazis kys stfu gtfo dying
    batshit bozo bozos bullcrap butthead butthole crackhead crackheads dimwitted dolt dork dotard
    dumber dumbest dumbo dummies dummy fucken fuckery ignoramus imbecilic lowlife lowlifes nutcase
    nutter nutters schmuck scummiest sissy stupidest tard weirdo weirdos
    """.split()
)

#: Words that often occur in insults; they take no endings. They are the terms with the largest
#: weights in the shipped model that people might disguise, without names.
TELLING = frozenset(
    """
    penis anal vagina anus silly hypocrite hypocrites hypocrisy hypocritical incompetent
    incompetence ignorant ignorance inept semen nerd dirty ridiculous stink stinks dammit drivel
    asinine testicles horny fart poop lunatic lunatics prostitute prostitutes masturbate
    sanctimonious narcissistic narcissist nuts sadistic corrupt donkey donkeys psycho psychos bums
    arrogant arrogance vomit racist racists racism marxist marxists porn hate hates hated hating
    hater haters hateful hatred freaking friggin frickin freakin licking nasty leftist leftists
    lefties bitter chimp chimps greedy greed punch miserable spit disgrace disgraceful insane urine
    curse burn uneducated grifter grifters sociopath sociopaths psychopath psychopaths psychotic
    bully mouth cesspool spoiled pitiful pitiless lies lied crybaby butt butts vile nonsense
    illiterate insufferable spineless gutless blowhard drunk brat brats clueless stinky supremacist
    supremacists loony communist communists communism lame invader invaders despicable chump chumps
    brain brainless brains shut murderous deplorable rotten sexist sexists rude hacks shameless
    bigot bigots bigoted bigotry whine whines whiny whining whiner whiners dishonest stooge stooges
    gross unhinged pimp treasonous dictator rabid sewer horrendous horrible worst naked suicide
    immature starve lazy evil utterly stole steal steals lousy crying smelly sickening homophobic
    homophobe devil laughable obnoxious cancer embarrassment embarrassing babbling shame ashamed
    liberal liberals vulgar worshipping puppet puppets shill shills pathetically tyrant satan
    ungrateful ruthless drown heartless hysterical deranged slap disgust disgusted sick creature
    creatures destroy destroyed parasitic execution scoundrel villain swindler charlatan quack
    mental demented delusional freak freaks grotesque repulsive repugnant vicious cruel savages
    mindless witless deserve deserved poison poisoned beating kick smack choke bury inferior
    terrorism jihadi islamist zionist zionists sheep sheeple worthlessness nobody yourself
    yourselves your people women fat sex balls lick licks junk crazy crazies nut bum smug pompous
    cowardly cowardice childish foolishly ludicrous idiocracy sociopathic psychopathic stinking
    smell smells bullies selfish traitorous pedophilia breasts brainwashed poo poopy puss farts darn
    dastardly ridicule ridiculously hypocritically wtf infested dirt deplorables killings
    """.split()
)

#: The words recognised with a doubled letter (``fuuck``) or few remaining letters (``f***``).
#: Other words of the lexicon are too similar to harmless ones (*rapper*, *slimmer*, *assess*).
COMMONEST = tuple(
    """
    fuck fucks fucking fucked fucker fuckers shit shits shitty bullshit bitch bitches asshole
    assholes cunt cunts dick dickhead cock prick twat wanker bastard bastards whore whores slut
    pussy piss pissed arse arses arsehole ass crap damn hell nigger niggers nigga faggot fag
    retard retards retarded idiot idiots moron morons stupid dumbass jackass motherfucker
    motherfuckers motherfucking scum nazi nazis kill rape bollocks
    """.split()
)

#: Words above, and forms of them, that stay readable where insults are masked: they usually mean
#: something else, or they are what a moderator has to judge (a threat, an accusation). A stem stays
#: readable with all its endings.
EVERYDAY = frozenset(
    """
    suck toss tramp screw dope badass failure pathetic worthless useless pig swine hog cow rat
    vermin parasite leech maggot cockroach roach worm insect animal beast monkey ape baboon gorilla
    dog mutt cur snake viper toad troll clown creep pervert pedo pedophile paedo paedophile rapist
    molester murderer killer terrorist traitor treason coward liar lying cheat crook thief thug
    criminal crone witch virgin spook nip hajji cracker gypsy hun frog limey mick paddy guido queer
    nazi fascist snowflake savage degenerate filth filthy trash garbage rubbish sewage sleaze slime
    disgusting revolting hideous ugly fatty tart kill murder shoot stab hang lynch strangle behead
    execute rape die hell damn goddamn cowards dying liars nazis terrorists thieves traitors
    cocked cocker cockers cocking cocky cumin fooled fooling hoed hoity hoing monger mongering
    mongers pricked pricking retarding simper spasticity spiced spicer spices spicing spicy titer
    titers
    """.split()
)

#: Spellings that no rule would recognise.
ALIASES = {
    "fck": "fuck", "fcking": "fucking", "fckin": "fucking", "fuk": "fuck", "fuq": "fuck",
    "fukk": "fuck", "fuking": "fucking", "fukin": "fucking", "fking": "fucking",
    "phuck": "fuck", "phuk": "fuck", "fvck": "fuck", "fvcking": "fucking", "fuckn": "fucking",
    "mofos": "motherfuckers", "muthafucka": "motherfucker",
    "mothafucka": "motherfucker", "mutherfucker": "motherfucker", "sht": "shit", "shyt": "shit",
    "shite": "shit", "bullsht": "bullshit", "btch": "bitch", "biatch": "bitch", "biotch": "bitch",
    "bytch": "bitch", "beyotch": "bitch", "azz": "ass", "azzhole": "asshole", "asshat": "asshole",
    "arsewipe": "asswipe", "cnt": "cunt", "kunt": "cunt", "dik": "dick", "dikhead": "dickhead",
    "dckhead": "dickhead", "pusy": "pussy", "wnker": "wanker",
    "idjit": "idiot", "idoit": "idiot", "idot": "idiot",
    "ediot": "idiot", "eejit": "idiot", "morron": "moron",
    "stoopid": "stupid", "stupit": "stupid", "stpid": "stupid", "stupd": "stupid",
    "dumbazz": "dumbass", "dumass": "dumbass", "retrd": "retard", "reetard": "retard",
    "nigga": "nigga", "nigguh": "nigger", "niqqa": "nigga",
    "niqqer": "nigger", "nibba": "nigga", "fagot": "faggot", "fgt": "faggot", "phag": "fag",
    "phaggot": "faggot", "loozer": "loser", "skum": "scum",
    "lier": "liar", "lyer": "liar", "natzi": "nazi", "natzee": "nazi",
}  # fmt: skip
