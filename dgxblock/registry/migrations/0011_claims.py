from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("dgx_registry", "0007_corrections")]

    operations = [
        migrations.AlterModelOptions(
            name="identity",
            options={"permissions": [("reveal_numbers", "Can look at full numbers, on record")]},
        ),
    ]
