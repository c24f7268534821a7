"""Words that people disguise in Portuguese."""

from __future__ import annotations

from moderation.text.disguise.speller import Wordbook

BOOK = Wordbook(
    insults="""
    puta putas puto putos putaria putinha filhodaputa merda merdas bosta bostas caralho caralhos
    porra porras foder fode fodeu foda fodase foda-se fodido fodida fodam fodendo cu cuzão cuzao
    cuzona arrombado arrombada arrombados viado viados viadinho viada veado bicha bichas bichona
    boiola baitola sapatão sapatona traveco travecos buceta boceta xoxota xota piroca pica pau
    pinto rola punheta punheteiro piranha piranhas vadia vadias vagabunda vagabundas vagabundo
    vagabundos galinha quenga rapariga prostituta corno cornos corna chifrudo otário otária
    otários babaca babacas idiota idiotas imbecil imbecis burro burra burros burras burrice
    jumento jumenta jegue asno anta estúpido estúpida estúpidos retardado retardada retardados
    retardo mongol mongoloide débil demente doente palhaço palhaços trouxa trouxas lixo lixos
    nojento nojenta nojentos nojo escroto escrota escrotos canalha canalhas safado safada
    safados cretino cretina cretinos desgraçado desgraçada desgraça desgraçados miserável
    maldito maldita malditos inútil inúteis fracassado porco porca porcos macaco macaca macacos
    rato ratos verme vermes cachorra cadela vaca vacas baranga gorda gordo baleia preto crioulo
    crioula neguinho negro favelado favelada paraíba baiano comunista comunistas petralha
    petralhas bolsominion bolsominions mortadela ladrão ladrões bandido bandidos assassino
    corrupto corruptos mentiroso mentirosa fascista fascistas nazista nazistas estuprar estupro
    estuprador matar morre morra morrer enforcar cagar cagão cagada mijo mijar bunda rabo lambe
    chupa mamar mama fdp pqp vsf vtnc tnc krl crl
    """,
    common="""
    de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele
    das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela
    entre era depois sem mesmo aos ter seus quem nas me esse eles estão você vocês tinha foram
    essa num nem suas meu às minha têm numa pelos elas havia seja qual será nós tenho lhe deles
    essas esses pelas este fosse dele tu te vos lhes meus minhas teu tua nosso nossa isto aquele
    aquela aquilo estou estamos estava pode fazer faz vai vou vamos ir ver dizer disse todo
    todos toda todas bem mal bom boa hoje ontem amanhã agora sempre nunca aqui ali lá onde
    porque sim obrigado obrigada dia noite ano anos vida mundo país cidade gente pessoa pessoas
    coisa coisas vez vezes casa governo presidente brasil povo carro caro conta ponto porta
    podre pata pato peta fonte forte copo custo curso pauta pasta posta
    """,
    endings="s a o as os inha inho ona",
    aliases="""
    fdp=filhodaputa filha-da-puta=filhodaputa filho-da-puta=filhodaputa crlh=caralho
    karalho=caralho krl=caralho crl=caralho pora=porra poha=porra porr4=porra viad0=viado
    v14d0=viado merd4=merda mrda=merda arrombad0=arrombado bct=buceta fuder=foder fude=fode
    fudido=fodido fudeu=fodeu vtnc=foder
    """,
    shortened="""
    sr sra srs sras srta dr dra drs prof profa d etc ex p.ex pág págs nº n art vol ed av r tel
    cia ltda jan fev mar abr mai jun jul ago set out nov dez exmo exma v.exa
    """,
)
