//! A page as a browser's parser reads it.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// An element of a page.
#[derive(Clone)]
pub(crate) struct Element(Handle);

/// Parses a page, and fails where a browser would have to mend it. Keep what it returns: elements lose what
/// is in them when the page is dropped.
pub(crate) fn parsed(name: &str, page: &str) -> Element {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(page);
    assert!(dom.errors.borrow().is_empty(), "{name}: {:?}", dom.errors.borrow());
    Element(dom.document)
}

impl Element {
    /// All elements below it, in order.
    pub(crate) fn all(&self) -> Vec<Self> {
        let mut found = Vec::new();
        for child in self.0.children.borrow().iter() {
            let child = Self(child.clone());
            let below = child.all();
            if matches!(child.0.data, NodeData::Element { .. }) {
                found.push(child);
            }
            found.extend(below);
        }
        found
    }

    /// Those below it with this name.
    pub(crate) fn named(&self, name: &str) -> Vec<Self> {
        self.all().into_iter().filter(|element| element.name() == name).collect()
    }

    pub(crate) fn name(&self) -> String {
        match &self.0.data {
            NodeData::Element { name, .. } => name.local.to_string(),
            _ => String::new(),
        }
    }

    pub(crate) fn attributes(&self) -> Vec<(String, String)> {
        match &self.0.data {
            NodeData::Element { attrs, .. } => {
                attrs.borrow().iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect()
            }
            _ => Vec::new(),
        }
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        self.attributes().into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    pub(crate) fn text(&self) -> String {
        match &self.0.data {
            NodeData::Text { contents } => contents.borrow().to_string(),
            _ => self.0.children.borrow().iter().map(|child| Self(child.clone()).text()).collect(),
        }
    }

    /// The elements it stands in, the nearest first.
    pub(crate) fn around(&self) -> Vec<Self> {
        let parent = self.0.parent.take();
        self.0.parent.set(parent.clone());
        match parent.and_then(|weak| weak.upgrade()).map(Self) {
            Some(parent) => {
                let further = parent.around();
                std::iter::once(parent).chain(further).collect()
            }
            None => Vec::new(),
        }
    }
}
