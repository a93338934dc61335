//! The template as a document: resources by type, references, and what SAM's globals add.

use std::sync::LazyLock;

use serde_json::Value;

static SHIPPED: LazyLock<Result<Template, String>> = LazyLock::new(|| {
    let text = include_str!("../../infra/template.yaml");
    serde_saphyr::from_str(text).map(Template).map_err(|e| format!("infra/template.yaml: {e}"))
});

/// The deployment template, parsed.
pub(crate) struct Template(Value);

impl Template {
    /// The template as it is deployed.
    pub(crate) fn shipped() -> Result<&'static Self, String> {
        SHIPPED.as_ref().map_err(Clone::clone)
    }

    /// A copy in which the value at `pointer` (RFC 6901) is another, or is gone.
    pub(crate) fn with(&self, pointer: &str, becomes: Option<Value>) -> Result<Self, String> {
        let missing = || format!("{pointer} does not exist in the template");
        let mut copy = self.0.clone();
        if let Some(value) = becomes {
            *copy.pointer_mut(pointer).ok_or_else(missing)? = value;
        } else {
            let (parent, key) = pointer.rsplit_once('/').ok_or_else(missing)?;
            let parent = copy.pointer_mut(parent).and_then(Value::as_object_mut).ok_or_else(missing)?;
            parent.remove(key).ok_or_else(missing)?;
        }
        Ok(Self(copy))
    }

    /// The whole document.
    pub(crate) fn root(&self) -> &Value {
        &self.0
    }

    /// Each resource of a type: its logical id and its properties.
    pub(crate) fn of_type(&self, kind: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.0["Resources"]
            .as_object()
            .into_iter()
            .flatten()
            .filter(move |(_, resource)| resource["Type"] == kind)
            .map(|(id, resource)| (id.as_str(), &resource["Properties"]))
    }

    /// The properties of one resource of a type; null where there is none.
    pub(crate) fn properties(&self, kind: &str, id: Option<&str>) -> &Value {
        self.of_type(kind)
            .find(|(name, _)| Some(*name) == id)
            .map_or(&Value::Null, |(_, properties)| properties)
    }

    /// Each function: its logical id and its properties.
    pub(crate) fn functions(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.of_type("AWS::Serverless::Function")
    }

    /// A function's property, which SAM takes from the globals where the function itself has none.
    pub(crate) fn effective<'a>(&'a self, function: &'a Value, pointer: &str) -> &'a Value {
        function
            .pointer(pointer)
            .or_else(|| self.0["Globals"]["Function"].pointer(pointer))
            .unwrap_or(&Value::Null)
    }

    /// Each SQS mapping: the function's logical id, the function, and the mapping's properties.
    pub(crate) fn mappings(&self) -> impl Iterator<Item = (&str, &Value, &Value)> {
        self.functions()
            .flat_map(|(id, function)| events(function, "SQS").map(move |mapping| (id, function, mapping)))
    }
}

/// The properties of a function's events of one type.
pub(crate) fn events<'a>(function: &'a Value, kind: &str) -> impl Iterator<Item = &'a Value> {
    function["Events"]
        .as_object()
        .into_iter()
        .flat_map(|events| events.values())
        .filter(move |event| event["Type"] == kind)
        .map(|event| &event["Properties"])
}

/// The logical id that a `Ref` or a `Fn::GetAtt` names.
pub(crate) fn target(reference: &Value) -> Option<&str> {
    reference["Ref"].as_str().or_else(|| reference["Fn::GetAtt"][0].as_str())
}

/// A value, or each of a list of values: IAM takes either.
pub(crate) fn one_or_many(value: &Value) -> &[Value] {
    value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice)
}

/// Every string in a document, keys included.
pub(crate) fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(fields) => {
            fields.iter().flat_map(|(key, item)| std::iter::once(key.as_str()).chain(strings(item))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}
