"""Words that people disguise in Spanish."""

from __future__ import annotations

from moderation.text.disguise.speller import Wordbook

BOOK = Wordbook(
    insults="""
    puta putas puto putos putada hijoputa hijodeputa mierda mierdas joder jodido jodida jódete
    jodete coño coños polla pollas verga culo culos culero cabrón cabrones cabrona pendejo
    pendeja pendejos pinche gilipollas gilipuertas idiota idiotas imbécil imbéciles estúpido
    estúpida estúpidos tonto tonta tontos tontaco bobo boba subnormal subnormales retrasado
    retrasada retrasados mongolo tarado tarada maricón maricones marica maricas mariquita
    bollera travelo zorra zorras perra perras guarra guarras guarro cerda cerdo cerdos ramera
    furcia fulana golfa gordo gorda foca vaca basura escoria rata ratas gusano gusanos parásito
    parásitos simio mono monos negrata sudaca sudacas panchito moro moros moromierda gitano
    gitanos judío feminazi feminazis facha fachas fascista fascistas nazi nazis rojo rojos
    perroflauta payaso payasos asqueroso asquerosa asquerosos asco desgraciado desgraciada
    malnacido malnacida malparido bastardo bastardos canalla mamón mamona mamada chupa
    chupapollas follar folla cagar cago cagada capullo capullos huevón boludo boluda pelotudo
    pelotuda forro conchatumadre concha chinga chingar chingada matar muere muérete ladrón
    ladrones mentiroso
    """,
    common="""
    de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le
    ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años
    hasta desde está mi porque qué sólo han yo hay vez puede todos así nos ni parte tiene él uno
    donde bien tiempo mismo ese ahora cada e vida otro después te otros aunque esa eso hace otra
    gobierno tan durante siempre día tanto ella tres sí dijo sido gran país según menos mundo
    año antes estado contra sino forma caso nada hacer general estaba poco estos presidente
    mayor ante unos les algo hacia casa ellos ayer hecho primera mucho mientras además quien
    momento millones gracias hola cosa gente pata pato pera perro carro caro cuesta puesto punto
    pasta posta bueno buena malo hoy mañana
    """,
    endings="s a o as os es ita ito",
    aliases="hdp=hijodeputa hijo-de-puta=hijodeputa ptm=puta mrda=mierda jdr=joder cabron=cabrón",
    shortened="""
    sr sra srta sres dr dra d dña prof etc ej p.ej pág págs núm n art vol ed av avda c tel cía
    s.a ee.uu ene feb mar abr may jun jul ago sep sept oct nov dic ud uds vd vds
    """,
)
