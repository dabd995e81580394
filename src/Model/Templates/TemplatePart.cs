namespace Mesh.Model.Templates;

/// <summary>What a part of a template stands for.</summary>
internal enum TemplatePartKind
{
    /// <summary>Text that is copied.</summary>
    Text,

    /// <summary>A field, by name.</summary>
    Field,

    /// <summary>A label, by key.</summary>
    Label,
}

/// <summary>One part of a template.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Text">The text, the field's name or the label's key.</param>
internal readonly record struct TemplatePart(TemplatePartKind Kind, string Text);
