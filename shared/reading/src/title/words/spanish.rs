//! Spanish words.

use super::super::gender::Language;
use super::Words;
use crate::role::Function::{
    CustomerSuccess, Data, Engineering, Finance, GeneralManagement, HumanResources, It, Legal, Marketing,
    Operations, Product, Sales,
};
use crate::role::Seniority::{CLevel, Director, Entry, Individual, Manager, Owner, Training, Vp};

pub(super) const WORDS: Words = Words {
    whole: &[
        (
            Owner,
            &[
                "fundador",
                "cofundador",
                "co fundador",
                "propietario",
                "copropietario",
                "dueño",
                "socio fundador",
                "socio director",
                "socio gerente",
            ],
        ),
        (
            CLevel,
            &["consejero delegado", "director ejecutivo", "administrador único", "presidente ejecutivo"],
        ),
    ],
    bodies: &["dirección general", "comité de dirección"],
    posts: &[
        (
            GeneralManagement,
            CLevel,
            &["director general", "presidente", "gerente general", "director gerente"],
        ),
        (GeneralManagement, Director, &["director de país", "director de sucursal"]),
        (Sales, Individual, &["vendedor", "ejecutivo de ventas", "ejecutivo de cuentas", "agente comercial"]),
        (Sales, Individual, &["asesor comercial", "asesor de ventas", "ejecutivo comercial"]),
        (
            Engineering,
            Individual,
            &["ingeniero", "desarrollador", "programador", "ingeniero informático", "ingeniero industrial"],
        ),
        (Engineering, Director, &["director técnico"]),
        (Finance, Individual, &["contable", "contador", "contador público"]),
        (Legal, Individual, &["abogado"]),
        (Operations, Individual, &["comprador"]),
        (HumanResources, Individual, &["reclutador"]),
        (HumanResources, Manager, &["jefe de personal"]),
        (It, Individual, &["administrador de sistemas"]),
        (CustomerSuccess, Individual, &["técnico de soporte", "teleoperador"]),
    ],
    levels: &[
        (Training, &["becario", "estudiante", "practicante", "aprendiz", "en prácticas"]),
        (Vp, &["vicepresidente", "vice presidente"]),
        (Director, &["director", "subdirector", "dirección comercial", "dirección financiera"]),
        (
            Manager,
            &[
                "gerente",
                "jefe",
                "responsable",
                "encargado",
                "supervisor",
                "jefe de equipo",
                "jefe de proyecto",
                "jefe de departamento",
                "gestor de proyectos",
            ],
        ),
        (
            Individual,
            &[
                "consultor",
                "analista",
                "coordinador",
                "especialista",
                "técnico",
                "asesor",
                "gestor",
                "arquitecto",
                "diseñador",
                "empleado",
                "experto",
            ],
        ),
        (Entry, &["auxiliar", "ayudante"]),
    ],
    functions: &[
        (
            CustomerSuccess,
            &[
                "atención al cliente",
                "servicio al cliente",
                "soporte",
                "éxito del cliente",
                "experiencia de cliente",
            ],
        ),
        (Marketing, &["mercadotecnia", "mercadeo", "comunicación", "publicidad", "marca"]),
        (Sales, &["comercial", "ventas", "venta", "desarrollo de negocio", "cuentas clave"]),
        (Product, &["producto", "productos"]),
        (Data, &["datos"]),
        (
            It,
            &[
                "informática",
                "informático",
                "sistemas",
                "tecnologías de la información",
                "ciberseguridad",
                "seguridad informática",
            ],
        ),
        (Engineering, &["ingeniería", "desarrollo de software", "tecnología", "i + d"]),
        (Finance, &["finanzas", "financiero", "contabilidad", "tesorería", "administración y finanzas"]),
        (HumanResources, &["recursos humanos", "rrhh", "rr hh", "talento", "selección de personal"]),
        (Legal, &["jurídico", "cumplimiento", "asesoría jurídica"]),
        (
            Operations,
            &[
                "compras",
                "operaciones",
                "logística",
                "producción",
                "cadena de suministro",
                "almacén",
                "planta",
            ],
        ),
    ],
    assistants: &[
        "asistente",
        "asistente de dirección",
        "asistente de gerencia",
        "asistente ejecutivo",
        "asistente personal",
        "asistente del",
        "secretario",
        "secretario de dirección",
        "ayudante de dirección",
    ],
    neither: &[
        "secretario general",
        "director de fotografía",
        "director de arte",
        "director de cine",
        "director de orquesta",
        "director de colegio",
        "jefe de cocina",
        "presidente de honor",
        "seguridad social",
    ],
    not_theirs: &["antiguo", "anterior", "exdirector", "ex", "futuro", "buscando", "en búsqueda de"],
    over: &["jubilado"],
    ..Words::none(Language::Spanish)
};
