using Mesh.Model.Kinds;

namespace Mesh.Model.Validation;

/// <summary>Rules for the sources of certificates and keys (contract §1.7).</summary>
public static class DataSourceRules
{
    /// <summary>The field that the type names must be there and say something.</summary>
    public static void DataSource(this FieldPath path, SecureDataSource source)
    {
        switch (source.Type)
        {
            case SecureDataSource.File:
                path.Present("file", source.FileSource, "path", source.FileSource?.Path);
                break;
            case SecureDataSource.EnvVar:
                path.Present("envVar", source.EnvVarSource, "name", source.EnvVarSource?.Name);
                break;
            case SecureDataSource.InsecureInline:
                path.Present("insecureInline", source.InlineSource, "value", source.InlineSource?.Value);
                break;
            case SecureDataSource.Secret:
                path.Present("secretRef", source.SecretRef, "name", source.SecretRef?.Name);
                if (source.SecretRef is { Kind: not ("Secret" or null) })
                {
                    path.Field("secretRef").Field("kind").Add("Secret is the only supported kind");
                }

                break;
            default:
                path.Field("type").Add(Messages.OneOf(
                    source.Type ?? "", SecureDataSource.File, SecureDataSource.Secret, SecureDataSource.EnvVar, SecureDataSource.InsecureInline));
                break;
        }
    }

    private static void Present(this FieldPath path, string name, object? source, string field, string? value)
    {
        if (source is null)
        {
            path.Field(name).Add(Messages.MustBeDefined);
        }
        else if (string.IsNullOrEmpty(value))
        {
            path.Field(name).Field(field).Add(Messages.MustBeDefined);
        }
    }
}
