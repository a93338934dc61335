//! Portuguese words.

use super::super::gender::Language;
use super::Words;
use crate::role::Function::{
    CustomerSuccess, Data, Engineering, Finance, GeneralManagement, HumanResources, It, Legal, Marketing,
    Operations, Product, Sales,
};
use crate::role::Seniority::{CLevel, Director, Entry, Individual, Manager, Owner, Senior, Training, Vp};

pub(super) const WORDS: Words = Words {
    whole: &[
        (
            Owner,
            &[
                "fundador",
                "cofundador",
                "proprietário",
                "dono",
                "sócio gerente",
                "sócio fundador",
                "sócio proprietário",
                "sócio administrador",
                "sócio diretor",
            ],
        ),
        (CLevel, &["diretor executivo", "presidente executivo", "administrador delegado"]),
    ],
    bodies: &["direção geral", "comissão executiva"],
    posts: &[
        (GeneralManagement, CLevel, &["diretor geral", "presidente", "diretor presidente"]),
        (GeneralManagement, Manager, &["gerente geral"]),
        (
            Sales,
            Individual,
            &["vendedor", "consultor de vendas", "executivo de vendas", "executivo de contas"],
        ),
        (Engineering, Individual, &["engenheiro", "desenvolvedor", "programador"]),
        (Engineering, Director, &["diretor técnico"]),
        (Finance, Individual, &["contabilista", "contador", "contabilista certificado"]),
        (Legal, Individual, &["advogado"]),
        (Operations, Individual, &["comprador"]),
        (It, Individual, &["administrador de sistemas"]),
    ],
    levels: &[
        (Training, &["estagiário", "estudante", "trainee", "aprendiz"]),
        (Vp, &["vice presidente"]),
        (Director, &["diretor", "subdiretor", "superintendente"]),
        (
            Manager,
            &[
                "gerente",
                "chefe",
                "chefe de equipa",
                "chefe de equipe",
                "responsável",
                "encarregado",
                "supervisor",
                "gestor de projetos",
                "gestor de projeto",
            ],
        ),
        (Senior, &["sênior"]),
        (
            Individual,
            &[
                "consultor",
                "analista",
                "coordenador",
                "especialista",
                "técnico",
                "assessor",
                "gestor",
                "arquiteto",
                "funcionário",
            ],
        ),
        (Entry, &["auxiliar"]),
    ],
    functions: &[
        (CustomerSuccess, &["apoio ao cliente", "atendimento ao cliente", "suporte", "sucesso do cliente"]),
        (Marketing, &["comunicação", "publicidade"]),
        (Sales, &["comercial", "vendas", "desenvolvimento de negócios"]),
        (Product, &["produto", "produtos"]),
        (Data, &["dados"]),
        (It, &["informática", "sistemas", "ti", "tecnologia da informação", "segurança da informação"]),
        (Engineering, &["engenharia", "tecnologia", "desenvolvimento de software"]),
        (Finance, &["financeiro", "finanças", "contabilidade", "tesouraria"]),
        (HumanResources, &["rh", "recursos humanos", "gestão de pessoas"]),
        (Legal, &["jurídico"]),
        (Operations, &["compras", "operações", "logística", "produção"]),
    ],
    assistants: &[
        "assistente",
        "assistente de direção",
        "assistente executivo",
        "assistente da diretoria",
        "secretário",
        "secretário executivo",
    ],
    juniors: &["júnior"],
    neither: &["secretário geral", "secretário de estado", "diretor de fotografia", "chefe de cozinha"],
    not_theirs: &["ex", "antigo", "futuro"],
    over: &["aposentado", "reformado"],
    at: &["na empresa"],
    ..Words::none(Language::Portuguese)
};
