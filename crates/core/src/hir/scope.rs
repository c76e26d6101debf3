//! The scope rules: what a name refers to at one place.
//!
//! In this order: what a loop or fragment binds, the variables of the language, the file's own declarations, its imports, the
//! members of the part with all that it extends. A part has no member that its file declares too; a member of another file's part
//! never takes the place of what a file declares itself.

use std::sync::Arc;

use super::builtins::{Builtin, VersionField};
use crate::library::{Definition, FragmentDef, Item, Module, Plan, Slot};
use relc_syntax::ast;

/// The name of what a declaration replaces, inside of it.
pub const SUPER: &str = "super";

/// The position of an expression, which determines the visible names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Site {
    /// Among a file's own declarations, and in a release.
    File,
    /// In the body of a part, or in a fragment of one.
    Body,
    /// In `settings { … }`.
    Settings,
    /// In `version { … }`: `v` is the version at hand.
    Version,
}

impl Site {
    /// Returns true if it is in a part or environment.
    pub fn in_part(self) -> bool {
        match self {
            Site::File => false,
            Site::Body | Site::Settings | Site::Version => true,
        }
    }
}

/// The declarations that an expression sees, without the names bound around it.
#[derive(Clone, Copy)]
pub struct Scope<'s> {
    /// The module that the expression is in.
    pub module: &'s Arc<Module>,
    /// The part at hand with all that it extends; absent outside of parts.
    pub plan: Option<&'s Plan>,
    /// The site of the expression.
    pub site: Site,
    /// The meaning of `super`, inside of a declaration that replaces another.
    pub replaced: Option<Replaced<'s>>,
}

/// A declaration that another one replaces.
#[derive(Clone, Copy, Debug)]
pub enum Replaced<'s> {
    /// A let.
    Let(&'s Definition<ast::Let>),
    /// A field; its value is the default.
    Field(&'s Definition<ast::Field>),
    /// A fragment.
    Fragment(&'s Definition<ast::Fragment>),
    /// A lint; its value is the condition.
    Lint(&'s Definition<ast::Lint>),
}

impl<'s> Replaced<'s> {
    /// Returns the meaning of `super` in a let.
    pub fn in_let(definition: &'s Definition<ast::Let>) -> Option<Self> {
        definition.replaced.as_deref().map(Replaced::Let)
    }

    /// Returns the meaning of `super` in the default of a field.
    pub fn in_field(definition: &'s Definition<ast::Field>) -> Option<Self> {
        definition.replaced.as_deref().map(Replaced::Field)
    }

    /// Returns the meaning of `super` in a fragment.
    pub fn in_fragment(definition: &'s Definition<ast::Fragment>) -> Option<Self> {
        definition.replaced.as_deref().map(Replaced::Fragment)
    }

    /// Returns the meaning of `super` in a lint.
    pub fn in_lint(definition: &'s Definition<ast::Lint>) -> Option<Self> {
        definition.replaced.as_deref().map(Replaced::Lint)
    }
}

/// A parameter of a fragment or a variable of a loop, and what is known of it.
pub struct Local<'s, T> {
    /// Its name.
    pub name: &'s str,
    /// The data of the caller: a value, or a type.
    pub known: T,
    /// The one bound before it.
    pub next: Option<&'s Local<'s, T>>,
}

impl<'s, T> Local<'s, T> {
    /// Returns this one and those bound before it, the innermost first.
    pub fn chain(innermost: Option<&'s Self>) -> impl Iterator<Item = &'s Self> {
        std::iter::successors(innermost, |local| local.next)
    }

    /// Finds the innermost one with this name.
    pub fn find(innermost: Option<&'s Self>, name: &str) -> Option<&'s T> {
        Self::chain(innermost).find(|local| local.name == name).map(|local| &local.known)
    }
}

/// The meaning of a name.
#[derive(Clone, Copy)]
pub enum Resolution<'s, L> {
    /// A parameter of a fragment or a variable of a loop.
    Local(L),
    /// A variable of the language.
    Builtin(Builtin),
    /// A member of the part's body.
    Member(Slot),
    /// A let, param or fragment of the file.
    Item(&'s Item),
    /// An imported module.
    Library(&'s Arc<Module>),
    /// What the declaration at hand replaces.
    Replaced(Replaced<'s>),
    /// An import that was reported as unreadable: nothing is known of what is in it.
    Unread,
}

/// A fragment that a call names.
#[derive(Clone, Copy)]
pub enum Callee<'s> {
    /// One of the part.
    Member(&'s FragmentDef),
    /// One of a file.
    Item(&'s Arc<ast::Fragment>, &'s Arc<Module>),
    /// The one that the fragment at hand replaces.
    Replaced(&'s Definition<ast::Fragment>),
}

impl<'s> Scope<'s> {
    /// The scope at `site`, with the members of `plan` if that is in a part.
    pub fn new(module: &'s Arc<Module>, plan: Option<&'s Plan>, site: Site) -> Scope<'s> {
        Scope { module, plan: plan.filter(|_| site.in_part()), site, replaced: None }
    }

    /// Returns the scope in which `super` is `replaced`.
    #[must_use]
    pub fn replacing(self, replaced: Option<Replaced<'s>>) -> Scope<'s> {
        Scope { replaced, ..self }
    }

    /// Resolves a bare name; `local` is what is bound by this name around it.
    pub fn resolve<L>(&self, name: &str, local: Option<L>) -> Option<Resolution<'s, L>> {
        if let Some(local) = local {
            return Some(Resolution::Local(local));
        }
        if let Some(replaced) = self.replaced.filter(|_| name == SUPER) {
            return Some(Resolution::Replaced(replaced));
        }
        if let Some(builtin) = self.builtin(name) {
            return Some(Resolution::Builtin(builtin));
        }
        let member = self.plan.and_then(|plan| Some((plan, plan.body_slot(name)?)));
        // What this file declares as a member it declares as nothing else, so most names take one look-up.
        if let Some((plan, slot)) = member
            && Arc::ptr_eq(plan.body.module(slot), self.module)
        {
            return Some(Resolution::Member(slot));
        }
        let declared = self.declaration(name).or(member.map(|(_, slot)| Resolution::Member(slot)));
        declared.or_else(|| self.module.unread.contains(name).then_some(Resolution::Unread))
    }

    fn builtin(&self, name: &str) -> Option<Builtin> {
        self.plan?;
        Builtin::of(name).filter(|builtin| *builtin != Builtin::Version || self.site == Site::Version)
    }

    fn declaration<L>(&self, name: &str) -> Option<Resolution<'s, L>> {
        match self.module.items.get(name) {
            Some(item @ (Item::Let(_) | Item::Param(_) | Item::Fragment(_))) => Some(Resolution::Item(item)),
            Some(Item::Type(_) | Item::Part(_) | Item::Environment(_)) | None => {
                self.module.imports.get(name).map(Resolution::Library)
            }
        }
    }

    /// Returns the names of values, for suggestions. `v` is too short to be what another word was meant to be.
    pub fn values(&self) -> impl Iterator<Item = &'s str> + Clone + use<'s> {
        let plan = self.plan;
        let of_part = Builtin::words().filter(move |word| plan.is_some() && *word != Builtin::Version.word());
        let builtins = of_part.map(|word| -> &'s str { word });
        let lets = plan.into_iter().flat_map(|plan| plan.body.lets.iter().map(|let_| &**let_.name()));
        let items = self.module.items.values().filter(|item| matches!(item, Item::Let(_) | Item::Param(_)));
        let items = items.map(|item| &*item.name().text);
        builtins.chain(lets).chain(items).chain(self.module.imports.keys().map(|name| &**name))
    }

    /// Resolves the name of a call: what a loop or fragment binds is never called.
    ///
    /// Where `name` is a function of the language, too, only a fragment of this file takes its place: what the files of other
    /// parts call must not depend on the names in this one.
    pub fn callee(&self, name: &str, is_function: bool) -> Option<Callee<'s>> {
        if let Some(Replaced::Fragment(definition)) = self.replaced.filter(|_| name == SUPER) {
            return Some(Callee::Replaced(definition));
        }
        let member = || match (self.plan?, self.plan?.body_slot(name)?) {
            (plan, slot @ Slot::Fragment(at)) => {
                let is_seen = !is_function || Arc::ptr_eq(plan.body.module(slot), self.module);
                is_seen.then(|| Callee::Member(&plan.body.fragments[at]))
            }
            (_, Slot::Field(_) | Slot::Let(_)) => None,
        };
        Callee::of(self.module, name).or_else(member)
    }
}

impl<'s> Callee<'s> {
    /// Finds the fragment `name` of a file: `library.name`.
    pub fn of(module: &'s Arc<Module>, name: &str) -> Option<Callee<'s>> {
        match module.items.get(name)? {
            Item::Fragment(fragment) => Some(Callee::Item(fragment, module)),
            Item::Let(_) | Item::Param(_) | Item::Type(_) | Item::Part(_) | Item::Environment(_) => None,
        }
    }

    /// Returns the fragment whose body is used, its module, and the site of its body.
    pub fn effective(self) -> (&'s ast::Fragment, &'s Arc<Module>, Site) {
        match self {
            Callee::Member(definition) => {
                let effective = definition.effective();
                (&effective.item, &effective.module, Site::Body)
            }
            Callee::Item(fragment, module) => (fragment, module, Site::File),
            Callee::Replaced(definition) => (&definition.item, &definition.module, Site::Body),
        }
    }

    /// Returns the meaning of `super` in the body.
    pub fn replaced(self) -> Option<Replaced<'s>> {
        match self {
            Callee::Member(definition) => Replaced::in_fragment(definition.effective()),
            Callee::Replaced(definition) => Replaced::in_fragment(definition),
            Callee::Item(..) => None,
        }
    }

    /// Returns the fragment whose signature is used.
    pub(super) fn declaration(self) -> &'s Arc<ast::Fragment> {
        match self {
            Callee::Member(definition) => &definition.declaration.item,
            Callee::Item(fragment, _) => fragment,
            Callee::Replaced(definition) => &definition.origin().item,
        }
    }
}

/// A member of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionMember {
    /// A member of every version.
    Builtin(VersionField),
    /// A member that the part declares.
    Declared(Slot),
}

/// Resolves `name` as a member of a version under `plan`.
pub fn version_member(plan: Option<&Plan>, name: &str) -> Option<VersionMember> {
    match VersionField::of(name) {
        Some(field) => Some(VersionMember::Builtin(field)),
        None => plan?.version_slot(name).map(VersionMember::Declared),
    }
}
